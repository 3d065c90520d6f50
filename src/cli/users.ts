import { main } from './program.js';
import { users } from './programs/users.js';

await main(users);
