import 'reflect-metadata';
import { OperatorError } from '../../config/operator-error.js';
import { UsersService } from '../../users/users.service.js';
import { withService } from '../operator.js';
import { type Program, consoleOf, newCommand } from '../program.js';

export const users: Program = async (args, terminal) => {
  const console = consoleOf(terminal);
  const withUsers = (task: (users: UsersService) => Promise<void>) =>
    withService(terminal, (service) => task(service.get(UsersService)));
  const program = newCommand('npm run users --', terminal).description(
    'Blocks users: no token of theirs is good then.',
  );

  program
    .command('block <subject>')
    .description('Refuses all tokens of that subject, within a minute in every process.')
    .action((subject: string) =>
      withUsers(async (known) => console.log(`User ${await known.block(subject)}, ${subject}, is blocked.`)),
    );

  program
    .command('unblock <subject>')
    .description('Accepts the tokens of that subject again.')
    .action((subject: string) =>
      withUsers(async (known) => {
        const id = await known.unblock(subject);
        if (id === null) throw new OperatorError(`No user with the subject ${subject} is blocked.`);
        console.log(`User ${id}, ${subject}, is no longer blocked.`);
      }),
    );

  program
    .command('list')
    .description('Lists the blocked users: id, subject, since when.')
    .action(() =>
      withUsers(async (known) => {
        const blocked = await known.listBlocked();
        for (const { id, subject, blockedAt } of blocked) console.log([id, subject, blockedAt].join('\t'));
        if (blocked.length === 0) console.log('No user is blocked.');
      }),
    );

  await program.parseAsync(args, { from: 'user' });
  return 0;
};
