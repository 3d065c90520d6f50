import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { token } from '../../src/cli/programs/token.js';
import { runHere } from '../helper/terminal.js';

const SECRET = 'a secret of the tests';

describe('A token that an operator makes', () => {
  const make = (...args: string[]) =>
    runHere(token, ['--sub', 'ada', ...args], { JWT_SECRET: SECRET, DATA_DIR: 'memory:' });

  it.each<[string[], number]>([
    [[], 3_600],
    [['--expires-in', '90'], 90],
    [['--expires-in', '15m'], 900],
    [['--expires-in', '12h'], 43_200],
    [['--expires-in', '30d'], 2_592_000],
  ])('With %j is good for %d seconds', async (args, seconds) => {
    const { code, stdout } = await make(...args);
    const { iat = 0, exp = 0 } = jwt.verify(stdout.trim(), SECRET) as jwt.JwtPayload;
    expect({ code, seconds: exp - iat }).toEqual({ code: 0, seconds });
  });

  it.each(['31d', '721h', '2592001', '0', '-5', '1y', '', '1e3', '99999999999'])('Is not good for %j', async (span) => {
    const { code, stdout, stderr } = await make(`--expires-in=${span}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('at most 30d');
  });
});
