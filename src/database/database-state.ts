import { EntityManager } from '@mikro-orm/core';
import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable } from '@nestjs/common';
import { Connections } from './connections.js';

/** Connections to the database server, in numbers. */
export interface PoolUse {
  used: number;
  idle: number;
  /** Requests that wait for one. */
  waiting: number;
}

/** How the database does, for those who watch the service. */
@Injectable()
export class DatabaseState {
  constructor(
    @Inject(EntityManager) private readonly em: SqlEntityManager,
    private readonly connections: Connections,
  ) {}

  /** Fails when the database does not answer. */
  async ping(): Promise<void> {
    await this.connections.query({ text: 'select 1', values: [] });
  }

  /** `null` for the embedded database, which has no connections. */
  async poolUse(): Promise<PoolUse | null> {
    const connection = this.em.getConnection();
    if (!(connection instanceof PostgreSqlConnection)) return null;
    const { totalCount, idleCount, waitingCount } = await connection.getNativeClient();
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
