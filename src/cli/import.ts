import { main } from './program.js';
import { importPurposes } from './programs/import.js';

await main(importPurposes);
