import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { MEDIA_TYPE } from '../helper/client.js';
import { type OwnServer, freePort, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

// Processes start slowly on a busy machine.
jest.setTimeout(120_000);

const configuration = fileURLToPath(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url));

const noProxy = spawnSync('haproxy', ['-v']).status === 0 ? null : 'haproxy is not installed';
const withProxy = describeUnless('Rolling restarts', noOwnServer, noProxy);

const REPLICAS = ['api-1', 'api-2'] as const;
type Replica = (typeof REPLICAS)[number];

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await holds()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
}

withProxy('Replicas behind the proxy of deploy/', () => {
  const ports = {} as Record<Replica, number>;
  const services = {} as Record<Replica, ServiceProcess>;
  let server: OwnServer;
  let env: Record<string, string>;
  let proxy: ChildProcess;
  let socket: string;
  let origin: string;

  const start = async (replica: Replica, more: Record<string, string> = {}) => {
    services[replica] = await startService({ ...env, PORT: String(ports[replica]), ...more });
  };

  /** Sends the proxy a command, as deploy/rolling-restart.sh does. */
  const askProxy = (command: string) => text(connect(socket).end(`${command}\n`));

  /** What the proxy's statistics say of a replica. */
  async function statistic(replica: Replica, column: 'status' | 'scur'): Promise<string | undefined> {
    const [head = [], ...rows] = (await askProxy('show stat')).split('\n').map((line) => line.split(','));
    return rows.find(([backend, name]) => backend === 'replicas' && name === replica)?.[head.indexOf(column)];
  }

  const isUp = (replica: Replica) =>
    until(`${replica} is up`, async () => (await statistic(replica, 'status')) === 'UP');

  /** Sends requests, several at a time, until the task is done. @returns how often each outcome occurred */
  async function under(
    load: (worker: number, turn: number) => Promise<Response>,
    task: () => Promise<void>,
  ): Promise<Record<string, number>> {
    const outcomes: Record<string, number> = {};
    let done = false;
    const workers = [0, 1, 2, 3].map(async (worker) => {
      for (let turn = 0; !done; turn++) {
        const outcome = await load(worker, turn).then(
          async (answer) => (await answer.arrayBuffer(), String(answer.status)),
          (error: Error) => `${error.message}: ${(error.cause as Error | undefined)?.message}`,
        );
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        await sleep(2);
      }
    });
    await task().finally(() => (done = true));
    await Promise.all(workers);
    return outcomes;
  }

  const send = (method: string, path: string, data?: object) =>
    fetch(`${origin}/api/v2${path}`, {
      method,
      headers: { Authorization: `Bearer ${services['api-1'].token}`, ...(data && { 'Content-Type': MEDIA_TYPE }) },
      ...(data && { body: JSON.stringify({ data }) }),
    });

  const reads = () => send('GET', '/callPurposes');
  const writes = () => send('POST', '/calls', { type: 'call', attributes: { direction: 'inbound' } });

  beforeAll(async () => {
    server = await ownServer();
    env = { DATABASE_URL: server.url, DATA_DIR: makeDirectory(), HOST: '127.0.0.1', TRUST_PROXY: '1' };
    for (const replica of REPLICAS) {
      ports[replica] = await freePort();
      await start(replica);
    }
    socket = join(makeDirectory(), 'admin.sock');
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    proxy = spawn('haproxy', ['-db', '-f', configuration], {
      env: {
        PATH: process.env.PATH,
        LISTEN: `127.0.0.1:${port}`,
        ADMIN_SOCKET: socket,
        REPLICA_1: `127.0.0.1:${ports['api-1']}`,
        REPLICA_2: `127.0.0.1:${ports['api-2']}`,
      },
      stdio: 'ignore',
    });
    await until('the proxy is ready', () =>
      fetch(`${origin}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    for (const replica of REPLICAS) await isUp(replica);
  });
  afterAll(async () => {
    if (proxy && proxy.exitCode === null) {
      proxy.kill('SIGTERM');
      await once(proxy, 'exit');
    }
    await cleanUp();
    server?.remove();
  });

  it('Answer with links to the proxy, and tell the world nothing for operators', async () => {
    const document = (await (await reads()).json()) as { links: { self: string } };

    expect(document.links.self).toBe(`${origin}/api/v2/callPurposes`);
    for (const path of ['/metrics', '/health/live', '/health/../metrics'])
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
  });

  it.each([
    ['reads', reads, '200'],
    ['writes', writes, '201'],
  ])('Renewed one after the other, as the script does, they fail none of the %s', async (_, load, status) => {
    const outcomes = await under(load, async () => {
      for (const replica of REPLICAS) {
        await askProxy(`set server replicas/${replica} state drain`);
        await until(`${replica} has nothing to do`, async () => (await statistic(replica, 'scur')) === '0');
        expect(await services[replica].end('SIGTERM')).toMatchObject({ code: 0 });
        await start(replica);
        await askProxy(`set server replicas/${replica} state ready`);
        await isUp(replica);
      }
    });

    expect(Object.keys(outcomes)).toEqual([status]);
    expect(outcomes[status]).toBeGreaterThan(100);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'Ended by %s without a word to the proxy, they fail no read',
    async (signal) => {
      const outcomes = await under(reads, async () => {
        for (const replica of REPLICAS) {
          await services[replica].end(signal);
          await start(replica);
          await isUp(replica);
        }
      });

      expect(Object.keys(outcomes)).toEqual(['200']);
      expect(outcomes['200']).toBeGreaterThan(100);
    },
  );

  it('Ended by SIGTERM without a word to the proxy, they fail no write, as they go on until it has noticed', async () => {
    // What it is in production, as with `docker compose restart`.
    const inProduction = { SHUTDOWN_DELAY_SECONDS: '2' };
    const restart = async (replica: Replica) => {
      expect(await services[replica].end('SIGTERM')).toMatchObject({ code: 0 });
      await start(replica, inProduction);
      await isUp(replica);
    };
    for (const replica of REPLICAS) await restart(replica);
    const outcomes = await under(writes, async () => {
      for (const replica of REPLICAS) await restart(replica);
    });

    expect(Object.keys(outcomes)).toEqual(['201']);
    expect(outcomes['201']).toBeGreaterThan(100);
  });

  it('Are both told from the proxy when they are gone', async () => {
    for (const replica of REPLICAS) await services[replica].end('SIGTERM');
    await until('the proxy is not ready', async () => (await fetch(`${origin}/health/ready`)).status === 503);

    for (const replica of REPLICAS) await start(replica);
    for (const replica of REPLICAS) await isUp(replica);
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
  });
});
