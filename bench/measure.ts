import { setTimeout as wait } from 'node:timers/promises';
import type { ContenderName } from './contenders.js';
import { type Work, type WorkName, ask } from './dialects/dialect.js';
import { type Load, load } from './load.js';
import { processorTime } from './machine.js';
import type { Server } from './servers.js';

export interface Effort {
  rounds: number;
  warmUpSeconds: number;
  /** Before that, for a server that has just been started: nothing of it is compiled yet. */
  startSeconds: number;
  seconds: number;
  connections: number;
}

/** Milliseconds of a first answer that make a server too slow for many connections: every round would last for long. */
const SLOW = 200;
const SLOW_CONNECTIONS = 2;

/** Medians over the rounds. Times of the processor in microseconds a request, latencies in milliseconds. */
export interface Figures {
  cpu: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** How much the processor time of the rounds differs: the greatest less the least, as a share of the median. */
  spread: number;
  generatorShare: number;
}

/** What came of some work: figures, or why there are none. */
export interface Outcome {
  figures: Map<ContenderName, Figures>;
  failures: string[];
}

/**
 * Measures the servers at some work in turn (A B A B …), after a first answer that is looked into and a warm-up. A server that
 * ever answers something wrong has no figures.
 */
export async function measure(workName: WorkName, servers: Server[], effort: Effort): Promise<Outcome> {
  const failures: string[] = [];
  let runners = servers.flatMap((server) => {
    const work = server.dialect[workName];
    return work ? [new Runner(server, work, workName)] : [];
  });
  const all = async (step: (runner: Runner) => Promise<void>): Promise<void> => {
    const good: Runner[] = [];
    for (const runner of runners) {
      try {
        await step(runner);
        good.push(runner);
      } catch (error) {
        failures.push(`${runner.name}, ${workName}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    runners = good;
  };
  await all((runner) => runner.warmUp(effort));
  for (let round = 0; round < effort.rounds; round++) await all((runner) => runner.round(effort));
  return { figures: new Map(runners.map((runner) => [runner.name, runner.figures()])), failures };
}

class Runner {
  private count = 0;
  private leastBytes = 0;
  private connections = 1;
  private readonly rounds: Figures[] = [];

  constructor(
    private readonly server: Server,
    private readonly work: Work,
    private readonly workName: WorkName,
  ) {}

  get name(): ContenderName {
    return this.server.name;
  }

  async warmUp({ warmUpSeconds, startSeconds, connections }: Effort): Promise<void> {
    await this.work.prepare?.();
    const request = this.next();
    const startedAt = performance.now();
    const answer = await ask(this.server.origin, request);
    this.connections = performance.now() - startedAt > SLOW ? SLOW_CONNECTIONS : connections;
    if (answer.status !== request.status) {
      throw new Error(
        `${request.path}: ${answer.status} instead of ${request.status}, ${JSON.stringify(answer.document)}`,
      );
    }
    this.work.check(answer);
    // Requests of one kind have answers of about one size, so that a broken one shows without being parsed.
    if (this.workName !== 'mixed') this.leastBytes = JSON.stringify(answer.document).length * 0.8;
    await this.load(this.server.isWarm ? warmUpSeconds : startSeconds + warmUpSeconds);
    this.server.isWarm = true;
  }

  async round({ seconds }: Effort): Promise<void> {
    // What the others left to do (connections to close, garbage) should be done.
    await wait(50);
    const before = processorTime(this.server.pid);
    const { requests, latencies, generatorShare, seconds: elapsed } = await this.load(seconds);
    this.rounds.push({
      cpu: (processorTime(this.server.pid) - before) / requests,
      perSecond: requests / elapsed,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      spread: 0,
      generatorShare,
    });
  }

  figures(): Figures {
    const of = (name: keyof Figures) => median(this.rounds.map((figures) => figures[name]));
    const times = this.rounds.map(({ cpu }) => cpu);
    const cpu = of('cpu');
    return {
      cpu,
      perSecond: of('perSecond'),
      p50: of('p50'),
      p99: of('p99'),
      spread: (Math.max(...times) - Math.min(...times)) / cpu,
      generatorShare: of('generatorShare'),
    };
  }

  private load(seconds: number): Promise<Load> {
    const { connections, leastBytes } = this;
    return load(this.server.origin, this.next, { connections, seconds, leastBytes });
  }

  private readonly next = () => this.work.next(this.count++);
}

/** @param sorted in ascending order */
const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
