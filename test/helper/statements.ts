import { Connections } from '../../src/database/connections.js';
import type { Service } from './build.js';

/** Runs the task. @returns how many SQL statements the service sent to its database meanwhile */
export async function countStatements({ app }: Service, task: () => Promise<unknown>): Promise<number> {
  const connections = app.get(Connections, { strict: false });
  const query = connections.query.bind(connections);
  let statements = 0;
  connections.query = (statement) => {
    // The heartbeat of the change feed comes and goes as it likes.
    if (!statement.text.includes('pg_notify')) statements++;
    return query(statement);
  };
  try {
    await task();
  } finally {
    connections.query = query;
  }
  return statements;
}

/** Keeps statements with that text waiting. @returns lets them, and all later ones, through */
export function holdUp({ app }: Service, text: string): () => void {
  const connections = app.get(Connections, { strict: false });
  const query = connections.query.bind(connections);
  const gate = Promise.withResolvers<void>();
  connections.query = async (statement) => {
    if (statement.text.includes(text)) await gate.promise;
    return query(statement);
  };
  return () => {
    connections.query = query;
    gate.resolve();
  };
}
