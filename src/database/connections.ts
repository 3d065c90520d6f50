import { EntityManager } from '@mikro-orm/core';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DatabaseRoute } from './database-route.js';

/** A statement and its values, for `$1` and so on. */
export interface Statement {
  text: string;
  values: unknown[];
}

type Row = Record<string, unknown>;

/** Connections keep prepared statements for as long as they live, and what can be asked for is endless. */
const MAX_PREPARED = 200;

/** Runs a statement on the connection that it was made for. */
export type Run = (statement: Statement) => Promise<Row[]>;

/**
 * Runs single statements on MikroORM's own connections, past its layers: those cost as much as the rest of a read together.
 * On a server the statements are prepared, which spares it the parsing, unless a pooler stands between.
 */
@Injectable()
export class Connections {
  private client: Promise<Run> | undefined;
  private readonly names = new Map<string, string>();

  constructor(
    private readonly route: DatabaseRoute,
    @Inject(EntityManager) private readonly em: SqlEntityManager,
  ) {}

  async query(statement: Statement): Promise<Row[]> {
    const run = await (this.client ??= this.open(this.em.getConnection()));
    return run(statement);
  }

  /** Makes what runs statements on one of MikroORM's connections. */
  async open(connection: ReturnType<SqlEntityManager['getConnection']>): Promise<Run> {
    const native = connection as unknown as { getNativeClient(): Promise<Pool | PGlite> };
    const client = await native.getNativeClient();
    if ('waitReady' in client) return async ({ text, values }) => (await client.query<Row>(text, values)).rows;
    return async ({ text, values }) => (await client.query<Row>({ name: this.nameOf(text), text, values })).rows;
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || this.route.pooled || this.names.size >= MAX_PREPARED) return known;
    const name = `s${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
