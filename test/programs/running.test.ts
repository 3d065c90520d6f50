import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newPurpose } from '../helper/documents.js';
import {
  type Outcome,
  type ServiceProcess,
  cleanUp,
  makeDataDirectory,
  makeDirectory,
  run,
  runInShell,
  startService,
} from '../helper/process.js';

describe('On a directory of data', () => {
  let directory: string;
  let service: ServiceProcess;

  /** How the service ended on each signal. */
  const endings = new Map<string, Outcome>();

  beforeAll(async () => {
    directory = makeDirectory();
    service = await startService({ DATA_DIR: directory });
  });
  afterAll(cleanUp);

  const names = async (path = '/callPurposes?page[size]=1000') =>
    (await service.request('GET', path)).resources.map(({ attributes }) => attributes.name);

  describe('A service started without settings', () => {
    it('Prints where it answers and where its data is', () => {
      expect(service.api).toMatch(/^http:\/\/(localhost|127\.0\.0\.1):[1-9]\d*\/api\/v2$/);
      expect(service.stdout()).toContain(directory);
    });

    it('Prints a token of an administrator', async () => {
      const [demo] = (await service.request('GET', '/callPurposes?filter[name]=Demo')).resources;
      const data = { type: 'callPurpose', id: demo?.id, attributes: { order: 5 } };

      expect((await service.request('PATCH', `/callPurposes/${demo?.id}`, { data })).status).toBe(200);
    });

    it('Lets no other user of the machine read its files, also not after another has opened them up', async () => {
      const ofOthers = () =>
        ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })].filter(
          (name) => (statSync(join(directory, name)).mode & 0o077) !== 0,
        );
      expect(ofOthers()).toEqual([]);
      const open = makeDataDirectory();
      for (const name of ['.', 'postgres', 'postgres/PG_VERSION']) chmodSync(join(open, name), 0o777);
      await (await startService({ DATA_DIR: open })).end('SIGTERM');
      expect(statSync(open).mode & 0o777).toBe(0o700);
      expect(statSync(join(open, 'postgres/PG_VERSION')).mode & 0o077).toBe(0);
    });

    it('Prints a command that lists the call purposes', async () => {
      const { code, stdout } = await runInShell(service.curl);

      expect(code).toBe(0);
      const { data } = JSON.parse(stdout) as { data: { attributes: { name: string } }[] };
      expect(data).toHaveLength(11);
      expect(data[0]?.attributes.name).toBe('Initial Contact');
    });

    it('Accepts a token of the token command for the same data directory', async () => {
      const args = ['--sub', 'grace', '--name', 'Grace', '--scope', 'callPurposes.read users.read'];
      const { code, stdout, stderr } = await run('cli/token', args, { DATA_DIR: directory });

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const token = stdout.trimEnd();
      expect((await service.request('GET', '/callPurposes', { token })).status).toBe(200);
      const { resources } = await service.request('GET', '/users?filter[name]=Grace', { token });
      expect(resources).toHaveLength(1);
      const refused = await service.request('POST', '/callPurposes', { token, data: newPurpose({ name: 'Refused' }) });
      expect(refused.status).toBe(403);
    });

    it('Refuses a token made with another secret', async () => {
      const env = { DATA_DIR: directory, JWT_SECRET: 'a secret that the running service does not have' };
      const { stdout } = await run('cli/token', ['--sub', 'grace'], env);

      expect((await service.request('GET', '/callPurposes', { token: stdout.trimEnd() })).status).toBe(401);
    });
  });

  describe('A second process on the same data directory', () => {
    it.each([
      ['service', 'main', []],
      ['purposes command', 'cli/purposes', ['list']],
    ])('The %s ends with a message that says why, and harms nothing', async (_, program, args) => {
      const { code, stdout, stderr } = await run(program, args, { DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'warn' });

      expect(code).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(directory);
      expect(stderr).toMatch(/another process/i);
      expect(stdout).toBe('');
      expect(
        (await service.request('POST', '/callPurposes', { data: newPurpose({ name: `Beside ${program}` }) })).status,
      ).toBe(201);
    });
  });

  describe('A service that ends', () => {
    it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
      'Finds call purposes and tokens again after %s',
      async (signal) => {
        const { token } = service;
        const name = `Made before ${signal}`;
        const { resource } = await service.request('POST', '/callPurposes', { data: newPurpose({ name }) });
        const [gone] = (await service.request('GET', '/callPurposes?page[size]=1')).resources;
        await service.request('DELETE', `/callPurposes/${gone?.id}`);
        const before = await names();

        endings.set(signal, await service.end(signal));
        service = await startService({ DATA_DIR: directory });

        expect(await names()).toEqual(before);
        expect(before).toContain(name);
        expect(before).not.toContain(gone?.attributes.name);
        const read = await service.request('GET', `/callPurposes/${resource.id}`, { token });
        expect(read.status).toBe(200);
        expect(read.resource.attributes).toEqual(resource.attributes);
      },
    );

    it.each(['SIGTERM', 'SIGINT'] as const)('Ends with status 0 and without complaint on %s', (signal) => {
      expect(endings.get(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
    });
  });
});
