import 'reflect-metadata';
import { TokenIssuer, type TokenRequest } from '../../auth/token-issuer.js';
import { TokenKey } from '../../auth/token-key.js';
import { OperatorError } from '../../config/operator-error.js';
import { readSettings } from '../../config/settings.js';
import { allScopes } from '../../resource-modules.js';
import { type Program, consoleOf, newCommand } from '../program.js';

interface Options {
  sub: string;
  name?: string;
  email?: string;
  role: string[];
  scope: string;
  expiresIn: string;
}

const collect = (value: string, values: string[]): string[] => [...values, value];

export const token: Program = async (args, terminal) => {
  await newCommand('npm run token --', terminal)
    .description('Prints a token signed with JWT_SECRET, or with the development secret of DATA_DIR.')
    .requiredOption('--sub <subject>', 'whom the token speaks for')
    .option('--name <name>', "the user's name")
    .option('--email <address>', "the user's email address")
    .option('--role <role>', 'a role; may be given several times', collect, [])
    .option('--scope <scopes>', 'scopes, separated by blanks', allScopes().join(' '))
    .option('--expires-in <span>', 'how long it is good for', '30d')
    .action(({ scope, role, ...options }: Options) => {
      const settings = readSettings(terminal.env);
      const request: TokenRequest = { ...options, roles: role, scopes: scope.split(/\s+/).filter(Boolean) };
      const issued = new TokenIssuer(settings, new TokenKey(settings)).issue(request);
      if (!issued)
        throw new OperatorError('Tokens are checked with a public key: only who has the private key can make them.');
      consoleOf(terminal).log(issued);
    })
    .parseAsync(args, { from: 'user' });
  return 0;
};
