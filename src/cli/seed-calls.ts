import { main } from './program.js';
import { seedCalls } from './programs/seed-calls.js';

await main(seedCalls);
