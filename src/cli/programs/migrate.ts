import 'reflect-metadata';
import { withService } from '../operator.js';
import { type Program, consoleOf } from '../program.js';

export const migrate: Program = async (_, terminal) => {
  await withService(terminal, () => Promise.resolve(consoleOf(terminal).log('The database is up to date.')));
  return 0;
};
