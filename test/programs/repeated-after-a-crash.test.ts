import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newPurpose } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { type OwnServer, freePort, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDataDirectory, makeDirectory, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

jest.setTimeout(120_000);

const DEATHS = 3;
const WRITERS = 8;

afterAll(cleanUp);

describe('Requests with an Idempotency-Key that are repeated', () => {
  areDoneOnce(async () => ({ DATA_DIR: makeDataDirectory() }));
});

describeUnless('Crashes between repeated requests on PostgreSQL', noOwnServer)(
  'Requests with an Idempotency-Key that are repeated, on PostgreSQL',
  () => {
    let server: OwnServer;

    afterAll(() => server?.remove());

    areDoneOnce(async () => {
      server = await ownServer();
      return { DATA_DIR: makeDirectory(), DATABASE_URL: server.url };
    });
  },
);

/** @param settings of the service: its database */
function areDoneOnce(settings: () => Promise<Record<string, string>>): void {
  let env: Record<string, string>;
  /** The first test leaves it to the second, as each start takes seconds. */
  let service: ServiceProcess;

  beforeAll(async () => {
    // A repeated request has to be sent to the same host and port.
    env = { PORT: String(await freePort()), ...(await settings()) };
  });

  it(`After SIGKILL in the midst of writes are done once, ${DEATHS} times over`, async () => {
    const sent = new Map<string, string>();
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < DEATHS; round++) {
      service = await startService(env);
      let dead = false;
      const write = async () => {
        while (!dead) {
          const [key, name] = [`"${randomUUID()}"`, unique(`Crash ${round}`)];
          sent.set(key, name);
          const answer = await postKeyed(service, name, key).catch(() => null);
          if (answer?.status === 201) acknowledged.set(key, answer.resource.id);
        }
      };
      const writers = Array.from({ length: WRITERS }, write);
      while (acknowledged.size < (round + 1) * 20) await sleep(10);
      await sleep(Math.random() * 100);
      await service.end('SIGKILL');
      dead = true;
      await Promise.all(writers);
    }

    service = await startService(env);
    for (const [key, name] of sent) {
      const { status, resource, headers } = await postKeyed(service, name, key);
      expect(status).toBe(201);
      if (!acknowledged.has(key)) continue;
      expect(resource.id).toBe(acknowledged.get(key));
      expect(headers.get('idempotent-replayed')).toBe('true');
    }
    const { resources } = await service.request('GET', '/callPurposes?filter[order]=12..inf&page[size]=1000');
    const names = resources.map(({ attributes }) => attributes.name).filter((name) => /^Crash/.test(String(name)));
    expect(names.sort()).toEqual([...sent.values()].sort());
  });

  it('After a restart get the first answer', async () => {
    const name = unique('Before the restart');
    const post = () => postKeyed(service, name, '"restart"');
    const before = await post();
    await service.end('SIGTERM');
    service = await startService(env);
    const after = await post();
    await service.end('SIGTERM');

    expect(before.status).toBe(201);
    expect({ ...after.resource, links: undefined }).toEqual({ ...before.resource, links: undefined });
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    expect(after.headers.get('idempotent-replayed')).toBe('true');
  });
}

const postKeyed = (service: ServiceProcess, name: string, key: string) =>
  service.request('POST', '/callPurposes', { data: newPurpose({ name }), headers: { 'Idempotency-Key': key } });
