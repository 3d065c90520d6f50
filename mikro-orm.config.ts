import { readSettings } from './src/config/settings.js';
import { databaseOptions } from './src/database/database-options.js';
import { entities } from './src/entities.js';

/** For MikroORM's command line; the service uses the same options. */
export default databaseOptions(readSettings(process.env).database, entities);
