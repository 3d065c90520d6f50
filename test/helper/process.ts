import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEDIA_TYPE, type ResourceObject } from './client.js';

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
  /** The API's URL, a token and the command to try out, as it prints them. */
  api: string;
  token: string;
  curl: string;
  /** Makes a request of the API with the token that it printed, or another. */
  request(method: string, path: string, options?: { data?: unknown; token?: string }): Promise<ApiAnswer>;
  /** Sends it a signal and waits for its end, which is forced after ten seconds, as `docker stop` does. */
  end(signal: NodeJS.Signals): Promise<Outcome>;
}

export interface ApiAnswer {
  status: number;
  resources: ResourceObject[];
  resource: ResourceObject;
}

const running = new Set<ChildProcess>();
const directories = new Set<string>();

/** An empty directory of the operating system's, until {@link cleanUp}. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'call-purposes-operations-'));
  directories.add(directory);
  return directory;
}

/** Ends every process that was started here and removes the directories. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((child) => (child.kill('SIGKILL'), once(child, 'close'))));
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}

/** Runs a built program to its end, with no environment but `env`. */
export function run(program: string, args: string[], env: Record<string, string>): Promise<Outcome> {
  return launch(process.execPath, [built(program), ...args], env).outcome;
}

/** Runs a line of the shell to its end. */
export const runInShell = (line: string): Promise<Outcome> => launch('sh', ['-c', line], {}).outcome;

/** Starts the built service on a free port and waits until it is ready. */
export async function startService(env: Record<string, string>): Promise<ServiceProcess> {
  const { child, stdout, outcome } = launch(process.execPath, [built('main')], {
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
  return {
    stdout,
    api,
    token,
    curl,
    request: (method, path, options = {}) => request(method, `${api}${path}`, { token, ...options }),
    end: (signal) => {
      child.kill(signal);
      const deadline = setTimeout(() => child.kill('SIGKILL'), TIME_TO_END);
      return outcome.finally(() => clearTimeout(deadline));
    },
  };
}

function launch(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, ...written });
    });
  });
  return { child, stdout: () => written.stdout, outcome };
}

async function request(
  method: string,
  url: string,
  { data, token }: { data?: unknown; token: string },
): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(data !== undefined && { 'Content-Type': MEDIA_TYPE }) },
    ...(data !== undefined && { body: JSON.stringify({ data }) }),
  });
  const text = await response.text();
  const document = (text ? JSON.parse(text) : {}) as { data: unknown };
  return {
    status: response.status,
    resources: document.data as ResourceObject[],
    resource: document.data as ResourceObject,
  };
}
