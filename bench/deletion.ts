import type { TrialDatabase } from './database.js';
import { ask, get, type TrialFacts } from './dialects/dialect.js';
import { median } from './measure.js';
import { appears, type Server } from './servers.js';
import type { Keys } from './tokens.js';

/** Median times of a DELETE, in milliseconds. */
export interface DeletionTimes {
  heavy: number;
  unused: number;
}

/** Deletes the purpose that a million calls have and one that none has, by turns, and brings them back each time. */
export async function measureDeletion(
  server: Server,
  database: TrialDatabase,
  { heavyPurpose }: TrialFacts,
  { users }: Keys,
  times: number,
): Promise<DeletionTimes> {
  const [headers = {}] = users;
  const unusedPurpose = await database.addUnusedPurpose();
  const remove = async (id: string): Promise<number> => {
    const path = `/api/v2/callPurposes/${id}`;
    await database.restorePurpose(id);
    await appears(server.origin, path, headers);
    const startedAt = performance.now();
    const { status } = await ask(server.origin, { method: 'DELETE', path, headers, status: 204 });
    const milliseconds = performance.now() - startedAt;
    const gone = await ask(server.origin, get(path, headers));
    if (status !== 204 || gone.status !== 404) throw new Error(`DELETE ${path}: ${status}, then GET: ${gone.status}.`);
    return milliseconds;
  };
  try {
    // The first one warms up.
    await remove(unusedPurpose);
    const [heavy, unused]: [number[], number[]] = [[], []];
    for (let n = 0; n < times; n++) {
      heavy.push(await remove(heavyPurpose));
      unused.push(await remove(unusedPurpose));
    }
    return { heavy: median(heavy), unused: median(unused) };
  } finally {
    await database.restorePurpose(heavyPurpose);
    await database.removeCreated();
  }
}
