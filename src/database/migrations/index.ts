import { Migration20261124090000Initial } from './migration-20261124090000-initial.js';
import { Migration20261124120000IdempotencyKeys } from './migration-20261124120000-idempotency-keys.js';

/** Every migration, oldest first. A released one never changes. */
export const migrations = [Migration20261124090000Initial, Migration20261124120000IdempotencyKeys];
