import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newPurpose } from '../helper/documents.js';
import { noOwnServer, ownServer } from '../helper/own-postgres.js';
import { expectNoSecrets } from '../helper/secrets-in-output.js';
import { type ServiceProcess, cleanUp, startInProduction, startService, makeDataDirectory } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

afterAll(cleanUp);

type Line = Record<string, unknown>;

/** The lines once the service has ended, when all are written. */
const linesOf = async (service: ServiceProcess): Promise<Line[]> => {
  const { stdout, stderr } = await service.end('SIGTERM');
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};

describe('The log of production', () => {
  let lines: Line[];
  let text: string;
  let token: string;

  beforeAll(async () => {
    const service = await startInProduction();
    ({ token } = service);
    const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': 'the-callers-id' };
    await fetch(`${service.api}/callPurposes/1?fields%5BcallPurpose%5D=name`, { headers });
    await fetch(`${service.api}/callPurposes?access_token=hidden-1`, { headers });
    await fetch(`${service.api}/nowhere/hidden-2`, { headers });
    await fetch(`${service.api}/users`);
    await service.request('POST', '/callPurposes', { data: newPurpose({ name: 'hidden-3' }) });
    await fetch(new URL('/health/ready', service.api));
    lines = await linesOf(service);
    text = service.stdout();
  });

  it('Is a line of JSON for everything', () => {
    for (const line of lines) {
      expect(line).toMatchObject({ level: 'info', message: expect.any(String) });
      expect(Date.parse(String(line.time))).toBeGreaterThan(Date.now() - 600_000);
    }
  });

  it('Has a line for each request, with id, user, route, status and duration', () => {
    expect(lines.filter(({ message }) => message === 'request')).toMatchObject([
      { requestId: 'the-callers-id', user: '1', method: 'GET', route: '/api/v2/callPurposes/:id', status: 200 },
      { method: 'GET', route: '/api/v2/callPurposes', status: 400, user: '1', ms: expect.any(Number) },
      { method: 'GET', route: 'none', status: 404 },
      { method: 'GET', route: '/api/v2/users', status: 401, requestId: expect.stringMatching(/^[\w-]{36}$/) },
      { method: 'POST', route: '/api/v2/callPurposes', status: 201, user: '1' },
    ]);
  });

  it('Has no token, no path, no query and no body', () => {
    expect(text).not.toContain(token);
    expect(text).not.toMatch(/hidden|Bearer|fields/);
  });

  it('Is quiet at the start', () => {
    expect(lines.filter(({ message }) => message !== 'request').length).toBeLessThan(4);
  });
});

describeUnless('Logs of faults of the database', noOwnServer)('The log of a fault of the service', () => {
  it('Has the request id of the answer and the stack', async () => {
    const server = await ownServer();
    try {
      const service = await startInProduction({ DATABASE_URL: server.url, LOG_LEVEL: 'warn' });
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query('alter table call rename column note to lost');
      await client.end();
      const headers = { Authorization: `Bearer ${service.token}`, 'X-Request-Id': 'the-callers-id' };
      const { status } = await fetch(`${service.api}/calls?filter%5Bfrom%5D=hidden`, { headers });
      const lines = await linesOf(service);

      expect(status).toBe(500);
      expect(lines).toMatchObject([
        { level: 'error', context: 'ErrorFilter', stack: expect.stringMatching(/\n +at /) },
      ]);
      expect(lines[0]?.message).toContain('the-callers-id GET /api/v2/calls');
      expect(service.stdout()).not.toContain('hidden');
    } finally {
      server.remove();
    }
  });
});

describe('What any program of the suite writes', () => {
  const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${'x'.repeat(43)}`;
  const env = { JWT_SECRET: 'a secret of the trial', DATABASE_URL: 'postgresql://app:password-1@db/purposes' };
  const check =
    (stdout: string, program = 'main') =>
    () =>
      expectNoSecrets([{ program, env, written: { stdout, stderr: '' } }], new Set(['Win-back']));

  it.each([
    ['a token', `the token ${token} is refused`],
    ['the secret', `a fault: ${env.JWT_SECRET}`],
    ['the password of the database', `no connection to ${env.DATABASE_URL}`],
    ['what was sent', 'duplicate key value (Win-back)'],
  ])('Is searched, when it ends, for %s', (_, line) => {
    expect(check(`first\n${line}\nlast\n`)).toThrow('main shows');
  });

  it('May be a token where that is what the program is for', () => {
    expect(check(`  Token    ${token}\n\ncurl -H 'Authorization: Bearer ${token}' http://localhost\n`)).not.toThrow();
    expect(check(token, 'cli/token')).not.toThrow();
  });
});

describe('The log of development', () => {
  it('Has readable lines for requests from debug on', async () => {
    const service = await startService({ DATA_DIR: makeDataDirectory(), LOG_LEVEL: 'debug' });
    await service.request('GET', '/callPurposes');
    const { stdout } = await service.end('SIGTERM');

    expect(stdout).toMatch(/\[Request\] GET \/api\/v2\/callPurposes 200 [\d.]+ ms, user 1, [\w-]{36}\n/);
  });
});
