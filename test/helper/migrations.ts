import { readdirSync } from 'node:fs';

/** The names of every migration, oldest first, as the database remembers them. */
export const migrations = readdirSync(new URL('../../src/database/migrations', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
