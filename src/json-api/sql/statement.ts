import { CompiledQuery, type Kysely } from 'kysely';
import sql, { type Sql, join, raw } from 'sql-template-tag';

export { type Sql, join, sql };

/** Only finished statements are run, which need no table types. */
export type Database = Kysely<object>;

/** The name of a table or column, quoted; `a.b` is column b of a. Only for names from declarations, never from a request. */
export const identifier = (name: string): Sql =>
  raw(
    name
      .split('.')
      .map((part) => `"${part}"`)
      .join('.'),
  );

/** A piece of SQL that stands in the source: a type, an operator. */
export const literal = raw;

/** Runs a statement. */
export async function execute<Row = Record<string, unknown>>(db: Database, { text, values }: Sql): Promise<Row[]> {
  return (await db.executeQuery<Row>(CompiledQuery.raw(text, values))).rows;
}
