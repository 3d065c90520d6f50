import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** The cores of the servers and of the load generator. */
const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** Keeps this process on the generator's core. @returns whether servers can be kept on another one */
export function pin(): boolean {
  if (cpus().length < 2) return false;
  return spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]).status === 0;
}

/** The command that runs Node with those arguments, on the servers' core where that is possible. */
export function nodeCommand(pinned: boolean, ...args: string[]): [command: string, args: string[]] {
  return pinned ? ['taskset', ['-c', String(SERVER_CORE), process.execPath, ...args]] : [process.execPath, args];
}

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * The processor time that the threads of a process have used, user and system, in microseconds: from the scheduler, to the
 * nanosecond, or where the kernel does not tell that, from `/proc/PID/stat`, in steps of mostly 10 ms.
 */
export function processorTime(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((id) =>
      readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8'),
    );
    return threads.reduce((sum, stat) => sum + Number(stat.split(' ', 1)[0]), 0) / 1_000;
  } catch {
    return roughProcessorTime(pid);
  }
}

function roughProcessorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, may hold blanks and brackets: counted from its end, these are the fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return ((user + system) * 1_000_000) / TICKS;
}

/** The memory of a process, in MB. */
export function residentMemory(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** What the results depend on, one line each. */
export function describeMachine(pinned: boolean): string[] {
  const [first] = cpus();
  return [
    `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    pinned
      ? `Node ${process.version}; servers on core ${SERVER_CORE}, the load generator on core ${LOAD_CORE}, PostgreSQL on any`
      : `Node ${process.version}; not pinned to cores, which makes everything less exact`,
    `Other load on the machine before the start: ${readFileSync('/proc/loadavg', 'utf8').split(' ', 1)[0]} processes`,
  ];
}

/** The versions of those packages that are installed in the folder. */
export function versionsIn(folder: string, names: string[]): string {
  const paths = names
    .map((name) => [name, `${folder}/${name}/package.json`] as const)
    .filter(([, path]) => existsSync(path));
  return paths.map(([name, path]) => `${name} ${versionOf(path)}`).join(', ') || 'not installed';
}

const versionOf = (path: string): string => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
