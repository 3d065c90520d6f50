import 'reflect-metadata';
import { InvalidArgumentError } from 'commander';
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
  expiresIn: number;
}

const collect = (value: string, values: string[]): string[] => [...values, value];

const HOUR = 3_600;
const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: HOUR, d: 24 * HOUR };
const LONGEST = 30 * 24 * HOUR;

function seconds(span: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,8})([smhd]?)$/.exec(span) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? 0);
  if (value < 1 || value > LONGEST) throw new InvalidArgumentError('At least a second, and at most 30d.');
  return value;
}

export const token: Program = async (args, terminal) => {
  await newCommand('npm run token --', terminal)
    .description('Prints a token signed with JWT_SECRET, or with the development secret of DATA_DIR.')
    .requiredOption('--sub <subject>', 'whom the token speaks for')
    .option('--name <name>', "the user's name")
    .option('--email <address>', "the user's email address")
    .option('--role <role>', 'a role; may be given several times', collect, [])
    .option('--scope <scopes>', 'scopes, separated by blanks', allScopes().join(' '))
    .option('--expires-in <span>', 'how long it is good for: seconds, or 15m, 12h, 30d at most', seconds, HOUR)
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
