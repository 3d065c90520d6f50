import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CONTENDERS, type ContenderName } from './contenders.js';
import { ask, type Dialect, get, type TrialFacts } from './dialects/dialect.js';
import { nodeCommand } from './machine.js';
import type { Keys } from './tokens.js';
import { withMixedLoad } from './workloads.js';

/** A contender's running process. */
export interface Server {
  name: ContenderName;
  pid: number;
  origin: string;
  dialect: Dialect;
  /** Whether it has had some load. */
  isWarm: boolean;
}

const START_TIMEOUT = 30_000;

/** Starts contenders when they are first needed, and keeps them. */
export class Servers {
  private readonly running = new Map<string, { server: Server; process: ChildProcess }>();

  constructor(
    private readonly databaseUrl: string,
    private readonly facts: TrialFacts,
    private readonly pinned: boolean,
  ) {}

  async get(name: ContenderName, keys: Keys): Promise<Server> {
    const key = `${name} ${keys.algorithm}`;
    const known = this.running.get(key);
    if (known) return known.server;

    const contender = CONTENDERS[name];
    const source = contender.needs && (await this.get(contender.needs, keys));
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const [command, args] = nodeCommand(this.pinned, ...(contender.options ?? []), contender.start);
    const child = spawn(command, args, {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        RATE_LIMIT: '0',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: this.databaseUrl,
        DATA_DIR: 'memory:',
        PURPOSES: JSON.stringify(this.facts.purposes),
        ...(source && { SOURCE: source.origin }),
        ...keys.env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      await ready(child, origin);
      const run = Date.now() % 1_000_000_000;
      const made = await contender.dialect({ origin, users: keys.users, run, data: this.facts });
      const server = { name, pid: child.pid ?? 0, origin, dialect: withMixedLoad(made), isWarm: false };
      this.running.set(key, { server, process: child });
      return server;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Stops the servers that keep their rows in memory; the next use starts them with fresh ones. */
  async forgetCreated(): Promise<void> {
    for (const [key, { server, process }] of this.running) {
      if (!CONTENDERS[server.name].inMemory) continue;
      this.running.delete(key);
      await stop(process);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ process }) => stop(process)));
    this.running.clear();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await once(child, 'exit');
  clearTimeout(killer);
}

/** Waits until the server answers anything. */
async function ready(child: ChildProcess, origin: string): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT; ; await wait(100)) {
    const answer = await fetch(origin).catch(() => null);
    if (answer) return void (await answer.arrayBuffer());
    if (child.exitCode !== null) throw new Error('The server ended while it started.');
    if (Date.now() > deadline) throw new Error('The server does not answer.');
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Asks for one resource until it is there. */
export async function appears(origin: string, path: string, headers: Record<string, string>): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT; ; await wait(20)) {
    if ((await ask(origin, get(path, headers))).status === 200) return;
    if (Date.now() > deadline) throw new Error(`${path} does not come back.`);
  }
}
