import { main } from './program.js';
import { purposes } from './programs/purposes.js';

await main(purposes);
