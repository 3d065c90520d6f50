import type { MigrationDiff } from '@mikro-orm/core';
import { TSMigrationGenerator } from '@mikro-orm/migrations';
import { readSettings } from './src/config/settings.js';
import { databaseOptions } from './src/database/database-options.js';
import { entities } from './src/entities.js';

/** A released schema only goes forward; a generated way back would also lose the triggers, which entities don't know. */
class ForwardMigrationGenerator extends TSMigrationGenerator {
  override generateMigrationFile(className: string, diff: MigrationDiff) {
    return super.generateMigrationFile(className, { ...diff, down: [] });
  }
}

const options = databaseOptions(readSettings(process.env).database, entities);

/** For MikroORM's command line; the service uses the same options. */
export default { ...options, migrations: { ...options.migrations, generator: ForwardMigrationGenerator } };
