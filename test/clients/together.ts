import { runTogether } from '../helper/together.js';

await runTogether(import.meta.dirname);
