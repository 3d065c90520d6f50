import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { MEDIA_TYPE, type ResourceObject } from './client.js';
import { type TestDatabase, createTestDatabase } from './database.js';
import { freePort } from './own-postgres.js';
import { type Output, expectNoSecrets, textsIn } from './secrets-in-output.js';

const built = (program: string) => fileURLToPath(new URL(`../../dist/src/${program}.js`, import.meta.url));

const ENTRY = /Address {2}(\S+)[^]*Token {4}(\S+)[^]*\n(curl .*)\n/;

const TIME_TO_END = 10_000;

/** What a program wrote and how it ended. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A built service that runs in a process of its own. */
export interface ServiceProcess {
  /** What it has written to standard output so far. */
  stdout(): string;
  stderr(): string;
  /** The API's URL, a token and the command to try out, as it prints them. */
  api: string;
  token: string;
  curl: string;
  /** Makes a request of the API with the token that it printed, or another. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiAnswer>;
  /** Sends it a signal and waits for its end, which is forced after ten seconds, as `docker stop` does. */
  end(signal: NodeJS.Signals): Promise<Outcome>;
}

interface RequestOptions {
  data?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  resources: ResourceObject[];
  resource: ResourceObject;
}

const running = new Set<ChildProcess>();
const directories = new Set<string>();
const outputs: Output[] = [];
const sent = new Set<string>();

/** An empty directory of the operating system's, until {@link cleanUp}. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'call-purposes-operations-'));
  directories.add(directory);
  return directory;
}

/** A data directory with the ready-made collection, as after a first start, until {@link cleanUp}. */
export function makeDataDirectory(): string {
  const directory = makeDirectory();
  cpSync(join(process.env.TEST_SNAPSHOT_DIR ?? '', 'data'), directory, { recursive: true });
  return directory;
}

/** A database that programs and services open by turns: on a server where the tests have one, else in a data directory. */
export const createProgramDatabase = async (): Promise<TestDatabase> =>
  process.env.TEST_DATABASE_URL ? createTestDatabase() : { env: { DATA_DIR: makeDataDirectory() }, drop: cleanUp };

/** Ends every process that was started here and removes the directories. Fails when one has written what it must not. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((child) => (child.kill('SIGKILL'), once(child, 'close'))));
  try {
    expectNoSecrets(outputs, sent);
  } finally {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  }
}

/** What programs have compiled, so that those after them start sooner. */
const compiled = join(process.env.TEST_SNAPSHOT_DIR ?? tmpdir(), 'compiled');

/** Runs a built program to its end, with no environment but `env`. */
export function run(program: string, args: string[], env: Record<string, string>): Promise<Outcome> {
  return launch(process.execPath, [built(program), ...args], env).outcome;
}

/** Runs a built program like {@link run}, and can kill it. */
export function runUntilKilled(
  program: string,
  args: string[],
  env: Record<string, string>,
): { outcome: Promise<Outcome>; kill(): void } {
  const { child, outcome } = launch(process.execPath, [built(program), ...args], env);
  return { outcome, kill: () => void child.kill('SIGKILL') };
}

/** Runs a command to its end, with no environment but `env` and the path to programs. */
export const runCommand = (command: string, args: string[], env: Record<string, string>): Promise<Outcome> =>
  launch(command, args, env).outcome;

/** Runs a line of the shell to its end. */
export const runInShell = (line: string): Promise<Outcome> => launch('sh', ['-c', line], {}).outcome;

/** Starts the built service on a free port and waits until it is ready. */
export async function startService(env: Record<string, string>): Promise<ServiceProcess> {
  const { child, stdout, stderr, outcome } = launch(process.execPath, [built('main')], {
    PORT: '0',
    LOG_LEVEL: 'warn',
    ...env,
  });
  const [, api = '', token = '', curl = ''] = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const entry = ENTRY.exec(stdout());
      if (entry) resolve(entry);
    });
    void outcome.then((ended) => reject(new Error(`The service did not start: ${JSON.stringify(ended)}`)));
  });
  return serviceOf(child, { stdout, stderr, outcome }, { api, token, curl });
}

/** Starts the built service and kills it after that time, ready or not. */
export async function killStart(env: Record<string, string>, milliseconds: number): Promise<Outcome> {
  const { child, outcome } = launch(process.execPath, [built('main')], { PORT: '0', LOG_LEVEL: 'warn', ...env });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  return outcome.finally(() => clearTimeout(timer));
}

/** Starts the built service as in production, on a free port, and waits until it lives. */
export async function startInProduction(env: Record<string, string> = {}): Promise<ServiceProcess> {
  const settings = { NODE_ENV: 'production', JWT_SECRET: 'a secret of production, of more than 32 bytes', ...env };
  const port = String(await freePort());
  const { child, ...output } = launch(process.execPath, [built('main')], {
    PORT: port,
    DATA_DIR: env.DATABASE_URL ? 'memory:' : makeDataDirectory(),
    ...settings,
  });
  const scope = 'callPurposes.all calls.all';
  const { stdout: token } = await run('cli/token', ['--sub', 'ada', '--scope', scope], {
    DATA_DIR: 'memory:',
    ...settings,
  });
  const origin = `http://127.0.0.1:${port}`;
  for (const live = () => fetch(`${origin}/health/live`).catch(() => null); !(await live()); await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`The service did not start: ${JSON.stringify(await output.outcome)}`);
  }
  return serviceOf(child, output, { api: `${origin}/api/v2`, token: token.trimEnd(), curl: '' });
}

function serviceOf(
  child: ChildProcess,
  { stdout, stderr, outcome }: Pick<ReturnType<typeof launch>, 'stdout' | 'stderr' | 'outcome'>,
  entry: { api: string; token: string; curl: string },
): ServiceProcess {
  return {
    stdout,
    stderr,
    ...entry,
    request: (method, path, options = {}) => {
      for (const text of textsIn(options.data)) sent.add(text);
      return request(method, `${entry.api}${path}`, { token: entry.token, ...options });
    },
    end: (signal) => {
      child.kill(signal);
      const deadline = setTimeout(() => child.kill('SIGKILL'), TIME_TO_END);
      return outcome.finally(() => clearTimeout(deadline));
    },
  };
}

function launch(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: tmpdir(), NODE_COMPILE_CACHE: compiled, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const written = { stdout: '', stderr: '' };
  const program = /dist\/src\/(.+)\.js$/.exec(args[0] ?? '')?.[1];
  if (program) outputs.push({ program, env, written });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, ...written });
    });
  });
  return { child, stdout: () => written.stdout, stderr: () => written.stderr, outcome };
}

async function request(method: string, url: string, { data, token, headers }: RequestOptions): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(data !== undefined && { 'Content-Type': MEDIA_TYPE }),
      ...headers,
    },
    ...(data !== undefined && { body: JSON.stringify({ data }) }),
  });
  const text = await response.text();
  const document = (text ? JSON.parse(text) : {}) as { data: unknown };
  return {
    status: response.status,
    headers: response.headers,
    resources: document.data as ResourceObject[],
    resource: document.data as ResourceObject,
  };
}
