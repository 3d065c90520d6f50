import 'reflect-metadata';
import { validateSync } from 'class-validator';
import { CallPurposeDto } from '../../call-purposes/call-purpose.dto.js';
import { CallPurposesService } from '../../call-purposes/call-purposes.service.js';
import { OperatorError } from '../../config/operator-error.js';
import { canonicalId } from '../../json-api/requests/request-document.js';
import { withService } from '../operator.js';
import { type Program, consoleOf, newCommand } from '../program.js';

export const purposes: Program = async (args, terminal) => {
  const console = consoleOf(terminal);
  const program = newCommand('npm run purposes --', terminal).description(
    'Looks after the call purposes of the database.',
  );

  program
    .command('list')
    .description('Lists the call purposes: id, order, name.')
    .option('--deleted', 'those that have been deleted, with the time, instead')
    .action(({ deleted = false }: { deleted?: boolean }) =>
      withService(terminal, async (service) => {
        const found = await service.get(CallPurposesService).listAll(deleted);
        for (const { id, order, name, deletedAt } of found)
          console.log([id, order, name, ...(deletedAt ? [deletedAt] : [])].join('\t'));
        if (found.length === 0) console.log(deleted ? 'No call purpose is deleted.' : 'There is no call purpose.');
      }),
    );

  program
    .command('restore <id>')
    .description('Brings a deleted call purpose back, with its id, its order and the calls that carried it.')
    .option('--name <name>', 'a new name, for when another purpose has taken the old one')
    .action(async (id: string, { name }: { name?: string }) => {
      const dto = Object.assign(new CallPurposeDto(), { name: name?.trim() });
      const [fault] = validateSync(dto, { stopAtFirstError: true });
      if (fault) throw new OperatorError(Object.values(fault.constraints ?? {}).join(', '));
      await withService(terminal, async (service) => {
        const known = canonicalId(id);
        const restored = known ? await service.get(CallPurposesService).restore(known, dto) : null;
        if (!restored) throw new OperatorError(`No deleted call purpose has the id ${id}.`);
        if (typeof restored === 'string') {
          throw new OperatorError('Another call purpose has the name now: give a new one with --name.');
        }
        console.log(`Call purpose ${restored.id}, "${restored.name}", is back.`);
      });
    });

  await program.parseAsync(args, { from: 'user' });
  return 0;
};
