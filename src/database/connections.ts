import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/core';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { POOL_SIZE } from './database-options.js';
import { DatabaseEndpoint } from './database-endpoint.js';
import { retryTransaction } from './retry-transaction.js';
import { StatementQueue } from '../overload/statement-queue.js';
import { transactionOn } from './transaction.js';

/** A statement and its values, for `$1` and so on. */
export interface Statement {
  text: string;
  values: unknown[];
}

type Row = Record<string, unknown>;

/** Runs a statement on the connections that it was made for. */
export type Run = (statement: Statement) => Promise<Row[]>;

/** What runs single statements, and several on one connection as a transaction. */
interface Client {
  run: Run;
  transaction<Result>(work: (run: Run) => Promise<Result>): Promise<Result>;
}

/** A transaction that is under way, and what is to be done once it is over. */
interface Transaction {
  run: Run;
  afterwards: (() => void)[];
}

/** Connections keep prepared statements for as long as they live, and what can be asked for is endless. */
const MAX_PREPARED = 200;

/** Of more values, such as many ranges, a statement is seldom asked for again and long in the memory of the server. */
const MOST_VALUES = 40;

/** How long the end waits for statements that are still under way. */
const TIME_TO_END_MS = 1_000;

/**
 * Runs statements on MikroORM's own connections, past its layers: those cost as much as the rest of a read together.
 * On a server the statements are prepared, which spares it the parsing, unless a pooler stands between.
 */
@Injectable()
export class Connections {
  private client: Promise<Client> | undefined;
  private readonly transactions = new AsyncLocalStorage<Transaction>();
  private readonly names = new Map<string, string>();
  private readonly queue: StatementQueue;
  private readonly pools: Pool[] = [];

  constructor(
    private readonly route: DatabaseEndpoint,
    @Inject(EntityManager) private readonly em: SqlEntityManager,
  ) {
    this.queue = new StatementQueue(route.kind === 'server' ? POOL_SIZE : 1);
  }

  /** Runs a statement: alone, or in the transaction that the caller is in. */
  async query(statement: Statement): Promise<Row[]> {
    const transaction = this.transactions.getStore();
    if (transaction) return transaction.run(statement);
    const { run } = await (this.client ??= this.open(this.em.getConnection()));
    return this.queue.track(() => retryTransaction(() => run(statement)));
  }

  /** Whether one more request would wait for too long. Those that are under way are not refused any more. */
  isOverloaded(): boolean {
    return this.queue.isLong();
  }

  /**
   * Does the work in one transaction: every {@link query} that it makes, however deep, is part of it. It must do nothing
   * that waits for anything else, and commits when it gives a result. When it loses against another one, the work is
   * done again from the beginning.
   * @throws whatever the work throws, with nothing of it written
   */
  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    const client = await (this.client ??= this.open(this.em.getConnection()));
    const afterwards: Transaction['afterwards'] = [];
    try {
      return await this.queue.track(() =>
        retryTransaction(() => client.transaction((run) => this.transactions.run({ run, afterwards }, work))),
      );
    } finally {
      // Also after an error: a connection can break after the commit.
      for (const task of afterwards) task();
    }
  }

  /** Has something done as soon as the transaction that the caller is in is over, if it is in one. */
  afterTransaction(task: () => void): void {
    this.transactions.getStore()?.afterwards.push(task);
  }

  /** Makes what runs statements on one of MikroORM's connections. */
  async open(connection: ReturnType<SqlEntityManager['getConnection']>): Promise<Client> {
    const native = connection as unknown as { getNativeClient(): Promise<Pool | PGlite> };
    const client = await native.getNativeClient();
    if ('waitReady' in client) {
      const on =
        (session: Pick<PGlite, 'query'>): Run =>
        async ({ text, values }) =>
          (await session.query<Row>(text, values)).rows;
      return { run: on(client), transaction: (work) => client.transaction((tx) => work(on(tx))) };
    }
    this.pools.push(client);
    const on =
      (session: Pool | PoolClient): Run =>
      async ({ text, values }) =>
        (await session.query<Row>({ name: values.length > MOST_VALUES ? undefined : this.nameOf(text), text, values }))
          .rows;
    return { run: on(client), transaction: (work) => transactionOn(client, (session) => work(on(session))) };
  }

  /** To be called after MikroORM's own end, which leaves the pools that it has not used itself as they are. */
  async end(): Promise<void> {
    const ends = this.pools.filter(({ ending }) => !ending).map((pool) => pool.end());
    await Promise.race([Promise.all(ends), sleep(TIME_TO_END_MS, undefined, { ref: false })]);
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || this.route.pooled || this.names.size >= MAX_PREPARED) return known;
    const name = `s${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
