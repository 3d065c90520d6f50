import { EntityManager } from '@mikro-orm/core';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { Settings } from '../config/settings.js';
import { retryLost } from './retry-lost.js';

/** A statement and its values, for `$1` and so on. */
export interface Statement {
  text: string;
  values: unknown[];
}

type Rows = Record<string, unknown>[];

/** Connections keep prepared statements for as long as they live, and what can be asked for is endless. */
const MAX_PREPARED = 200;

/**
 * Runs single statements on MikroORM's own connections, past its layers: those cost as much as the rest of a read together.
 * On a server the statements are prepared, which spares it the parsing, unless a pooler stands between
 * (`DATABASE_LISTEN_URL` is set), where the next statement may reach another session.
 */
@Injectable()
export class Connections {
  private client: Promise<(statement: Statement) => Promise<{ rows: unknown[] }>> | undefined;
  private readonly names = new Map<string, string>();
  private readonly prepares: boolean;

  constructor(
    { database }: Settings,
    @Inject(EntityManager) private readonly em: SqlEntityManager,
  ) {
    this.prepares = database.kind === 'server' && database.listenUrl === undefined;
  }

  /** Each statement is a transaction of its own. */
  async query(statement: Statement): Promise<Rows> {
    const run = await (this.client ??= this.connect());
    return (await retryLost(() => run(statement))).rows as Rows;
  }

  private async connect(): Promise<(statement: Statement) => Promise<{ rows: unknown[] }>> {
    const connection = this.em.getConnection() as unknown as { getNativeClient(): Promise<Pool | PGlite> };
    const client = await connection.getNativeClient();
    if ('waitReady' in client) return ({ text, values }) => client.query(text, values);
    return ({ text, values }) => client.query({ name: this.nameOf(text), text, values });
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || !this.prepares || this.names.size >= MAX_PREPARED) return known;
    const name = `s${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
