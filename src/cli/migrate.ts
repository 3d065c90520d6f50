import 'reflect-metadata';
import { exitOnFailure } from '../exit-on-failure.js';
import { withService } from './operator.js';

await exitOnFailure(() => withService(() => Promise.resolve(console.log('The database is up to date.'))));
