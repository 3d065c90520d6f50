import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { TRIAL_COLUMNS, type TrialCall } from './trial-calls.js';

const BATCH = 5_000;
const COLUMN_LIST = TRIAL_COLUMNS.map((column) => `"${column}"`).join(', ');

/** Told how many more calls have been handed to the database, and when it turns to something that takes a while. */
export interface Progress {
  calls(more: number): void;
  stage(name: string): void;
}

/**
 * Streams calls into a PostgreSQL server through COPY, in one transaction. Into an empty table, the secondary indexes and the
 * foreign keys are made after the calls, which is several times faster; until then the table is locked.
 */
export async function copyCalls(
  connection: PostgreSqlConnection,
  calls: Iterable<TrialCall>,
  progress: Progress,
): Promise<void> {
  const pool = await connection.getNativeClient();
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`set local statement_timeout = 0`);
    // Enough for the sorts of an index of some million calls, and given back with the transaction.
    await client.query(`set local maintenance_work_mem = '512MB'`);
    const postponed = await postponeIndexes(client);
    const text = Readable.from(batches(calls, progress, copyText), { objectMode: true, highWaterMark: 1 });
    await pipeline(text, client.query(copyFrom(`copy call (${COLUMN_LIST}) from stdin`)));
    for (const { name, definition } of postponed) {
      progress.stage(name);
      await client.query(definition);
    }
    progress.stage('commit');
    await client.query('commit');
    progress.stage('statistics');
    await client.query('analyze call');
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // The server rolls back what a broken connection leaves open.
    client.release(failure);
  }
}

/** Inserts calls into the embedded database, in one transaction. */
export async function insertCalls(em: SqlEntityManager, calls: Iterable<TrialCall>, progress: Progress): Promise<void> {
  const statement = `insert into call (${COLUMN_LIST}) select ${COLUMN_LIST} from json_populate_recordset(null::call, ?::json)`;
  await em.transactional(async (transaction) => {
    for (const records of batches(calls, progress, jsonRecords)) await transaction.execute(statement, [records]);
  });
  progress.stage('statistics');
  await em.execute('analyze call');
}

/** Drops what can be made again more cheaply than it is kept, when the table is empty. @returns what makes it again */
async function postponeIndexes(client: PoolClient): Promise<{ name: string; definition: string }[]> {
  const { rows: found } = await client.query('select 1 from call limit 1');
  if (found.length > 0) return [];
  await client.query('lock table call in access exclusive mode');
  const indexes = await client.query<{ name: string; definition: string; removal: string }>(`
    select relname as name, pg_get_indexdef(oid) as definition, format('drop index %s', oid::regclass) as removal
    from pg_class join pg_index on indexrelid = oid where indrelid = 'call'::regclass and not indisunique order by relname`);
  const keys = await client.query<{ name: string; definition: string; removal: string }>(`
    select conname as name, format('alter table call add constraint %I %s', conname, pg_get_constraintdef(oid)) as definition,
      format('alter table call drop constraint %I', conname) as removal
    from pg_constraint where conrelid = 'call'::regclass and contype = 'f' order by conname`);
  const postponed = [...indexes.rows, ...keys.rows];
  for (const { removal } of postponed) await client.query(removal);
  return postponed;
}

function* batches(calls: Iterable<TrialCall>, progress: Progress, format: (batch: TrialCall[]) => string) {
  let batch: TrialCall[] = [];
  for (const call of calls) {
    if (batch.push(call) < BATCH) continue;
    yield format(batch);
    progress.calls(batch.length);
    batch = [];
  }
  if (batch.length > 0) yield format(batch);
  progress.calls(batch.length);
}

/** Lines of COPY's text format. Trial data has no tab, line break or backslash, which would have to be escaped. */
const copyText = (batch: TrialCall[]): string =>
  batch.map((call) => `${call.map((value) => value ?? '\\N').join('\t')}\n`).join('');

const jsonRecords = (batch: TrialCall[]): string =>
  JSON.stringify(batch.map((call) => Object.fromEntries(TRIAL_COLUMNS.map((column, index) => [column, call[index]]))));
