import sql, { type Sql, join, raw } from 'sql-template-tag';

export { type Sql, join, sql };

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

/** A statement and its values, for `$1` and so on. */
export interface Statement {
  text: string;
  values: unknown[];
}

/** What runs statements. Rows are objects by column; ids are texts, and so are timestamps. */
export interface Database {
  query(statement: Statement): Promise<Record<string, unknown>[]>;
}

/** The token that {@link Database} is injected by. */
export const DATABASE = Symbol('DATABASE');

/** Runs a statement whose rows are of that shape. */
export const execute = <Row = Record<string, unknown>>(db: Database, statement: Statement): Promise<Row[]> =>
  db.query(statement) as Promise<Row[]>;
