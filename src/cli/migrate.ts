import { main } from './program.js';
import { migrate } from './programs/migrate.js';

await main(migrate);
