import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, makeDataDirectory, run } from '../helper/process.js';

/** What they do is shown in test/cli, in process. */
describe('The built commands', () => {
  let env: Record<string, string>;

  beforeAll(() => {
    env = { DATA_DIR: makeDataDirectory() };
  });
  afterAll(cleanUp);

  it.each<[string, string[], RegExp]>([
    ['migrate', [], /^The database is up to date\.\n$/],
    ['token', ['--sub', 'grace'], /^eyJ[\w.-]+\n$/],
    ['seed-calls', ['--count', '10'], /^10 calls added in [\d.]+ s\.\n$/],
    ['purposes', ['list'], /^(\d+\t\d+\t[^\t\n]+\n){11}$/],
    ['import', ['--help'], /^Usage: npm run import -- /],
  ])('%s ends with status 0 and has written nothing but its result', async (program, args, result) => {
    expect(await run(`cli/${program}`, args, env)).toEqual({
      code: 0,
      signal: null,
      stdout: expect.stringMatching(result),
      stderr: '',
    });
  });

  it.each<[string, string[]]>([
    ['migrate', []],
    ['token', ['--sub', 'grace']],
    ['seed-calls', ['--count', '10']],
    ['purposes', ['list']],
    ['import', ['--from', 'http://127.0.0.1:9/api/v2', '--token', 'a-token']],
  ])('%s ends with status 1 and says why', async (program, args) => {
    const { code, stdout, stderr } = await run(`cli/${program}`, args, { ...env, PORT: 'http' });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.any(String), expect.stringMatching(/^ +- PORT /)]);
  });
});
