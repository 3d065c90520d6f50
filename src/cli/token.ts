import { main } from './program.js';
import { token } from './programs/token.js';

await main(token);
