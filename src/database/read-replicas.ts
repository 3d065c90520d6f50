import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Connections, type Run, type Statement } from './connections.js';
import { isDatabaseTimeout, isDatabaseUnavailable } from './database-errors.js';

/** How long a replica may take to say how far it is, a new connection included. */
const TIME_TO_SAY_MS = 500;

/** How long a replica that failed gets no reads. */
const SET_ASIDE_MS = 5_000;

/** Of the insert position, as what a transaction without `synchronous_commit` wrote shows before it is flushed. */
const POSITION = `select case when not pg_is_in_recovery() then pg_current_wal_insert_lsn() end as position`;

/** Its own statement: what the next one sees is decided after this has answered. No standby any more: it goes its own way. */
const HAS_REPLAYED = `select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::pg_lsn as replayed`;

interface Replica {
  address: string;
  run: Promise<Run>;
  /** 0: it has answered when it was asked last. */
  asideUntil: number;
}

/**
 * Runs reads on the replicas of `DATABASE_REPLICA_URLS`, as long as they show no less than the primary: for each read the
 * primary says how far its log has come, and a replica that has not replayed that much, or does not answer, leaves the read to
 * the primary. So nobody sees anything older than without replicas, and what the primary is spared is the read itself.
 */
@Injectable()
export class ReadReplicas {
  private readonly logger = new Logger(ReadReplicas.name);
  private readonly known = new Map<object, Replica>();
  private readonly given: boolean;

  constructor(
    { database }: Settings,
    private readonly primary: Connections,
    @Inject(EntityManager) private readonly em: SqlEntityManager,
  ) {
    this.given = database.kind === 'server' && database.replicaUrls !== undefined;
  }

  /** @param statement one that changes nothing and is worth two short ones */
  async query(statement: Statement): Promise<Record<string, unknown>[]> {
    if (!this.given) return this.primary.query(statement);
    const replica = this.choose();
    if (replica.asideUntil > performance.now()) return this.primary.query(statement);
    const [now] = await this.primary.query({ text: POSITION, values: [] });
    if (!(await this.hasReplayed(replica, now?.position))) return this.primary.query(statement);
    try {
      const run = await replica.run;
      return await run(statement);
    } catch (error) {
      // What was too much for a replica would be so for the primary, and the request has waited long enough.
      if (isDatabaseTimeout(error) || !isDatabaseUnavailable(error)) throw error;
      this.setAside(replica, error);
      return this.primary.query(statement);
    }
  }

  private choose(): Replica {
    const connection = this.em.getConnection('read');
    const known = this.known.get(connection);
    if (known) return known;
    const { host, port } = connection.getConnectionOptions();
    const replica = {
      address: `${host}:${port || 5432}`,
      run: this.primary.open(connection).then(({ run }) => run),
      asideUntil: 0,
    };
    this.known.set(connection, replica);
    return replica;
  }

  private async hasReplayed(replica: Replica, position: unknown): Promise<boolean> {
    const asked = replica.run.then((run) => run({ text: HAS_REPLAYED, values: [position] }));
    try {
      const answer = await Promise.race([asked, sleep(TIME_TO_SAY_MS, null, { ref: false })]);
      if (!answer) throw new Error('it does not answer');
      this.takeBack(replica);
      return answer[0]?.replayed === true;
    } catch (error) {
      this.setAside(replica, error);
      return false;
    }
  }

  private setAside(replica: Replica, error: unknown): void {
    if (replica.asideUntil === 0) {
      this.logger.warn(`Reads go to the primary, not to the replica at ${replica.address}: ${String(error)}`);
    }
    replica.asideUntil = performance.now() + SET_ASIDE_MS;
  }

  private takeBack(replica: Replica): void {
    if (replica.asideUntil === 0) return;
    replica.asideUntil = 0;
    this.logger.log(`The replica at ${replica.address} answers again.`);
  }
}
