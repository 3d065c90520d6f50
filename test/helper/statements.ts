import { Connections, type Statement } from '../../src/database/connections.js';
import type { Service } from './build.js';

/** Runs the task. @returns how many SQL statements on tables the service sent to its database meanwhile */
export async function countStatements(service: Service, task: () => Promise<unknown>): Promise<number> {
  let statements = 0;
  // The heartbeat of the change feed, which comes and goes as it likes, has no table.
  const restore = intercept(service, async (statement) => {
    if (/ (from|into|update) /.test(plain(statement))) statements++;
  });
  await task().finally(restore);
  return statements;
}

/** Keeps inserts into that table waiting. @returns lets them, and all later ones, through */
export const holdUpInserts = (service: Service, table: string) => holdUp(service, ` insert into ${table} `).letGo;

/** Keeps selects from that table waiting. @returns lets them, and all later ones, through */
export const holdUpSelects = (service: Service, table: string) => holdUp(service, ` from ${table} `).letGo;

/** The same, and tells how many wait. */
export function holdUp(service: Service, words: string): { letGo: () => void; count: () => number } {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const restore = intercept(service, async (statement) => {
    if (!plain(statement).includes(words)) return;
    waiting++;
    await gate.promise;
  });
  const letGo = () => {
    restore();
    gate.resolve();
  };
  return { letGo, count: () => waiting };
}

/** Has something done before each statement of the service is run. @returns ends that */
function intercept({ app }: Service, before: (statement: Statement) => Promise<void>): () => void {
  const connections = app.get(Connections, { strict: false });
  const query = connections.query.bind(connections);
  connections.query = async (statement) => {
    await before(statement);
    return query(statement);
  };
  return () => (connections.query = query);
}

/** The words of a statement, whoever wrote it: in lower case, without quotation marks and schemas, with single blanks. */
const plain = ({ text }: Statement): string =>
  ` ${text
    .replaceAll('"', '')
    .replace(/\b\w+\.(?=\w)/g, '')
    .replace(/[^\w$]+/g, ' ')
    .toLowerCase()} `;
