import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { NO_FACTS, withCalls } from './database.js';
import { load } from './load.js';
import { describeMachine, pin } from './machine.js';
import { type Overload, type OverloadWork, OVERLOAD_WORKS, stream } from './overload-load.js';
import { Servers } from './servers.js';
import { secretKeys } from './tokens.js';

const NAME = 'call_purposes_overload';
const CALLS = 20_000;

/** Clients that together find out how much the service can do: so few that none of them is refused. */
const CLIENTS = 40;
/** Connections that the too many requests come over, each with one at a time: so many that few requests wait for one. */
const CONNECTIONS = 2_000;
const WARM_UP_SECONDS = 3;

/** What the service promises of those that it lets in. Milliseconds. */
const PROMISED_P99 = 1_000;

await new Command('npm run bench:overload --')
  .description('Asks for more than the service can do. BENCH_DATABASE_URL names a PostgreSQL server.')
  .option('--seconds <number>', 'of each measurement', '10')
  .option('--times <number>', 'how many times its capacity is asked for', '3')
  .action(run)
  .parseAsync();

async function run(options: { seconds: string; times: string }): Promise<void> {
  const [seconds, times] = [Number(options.seconds), Number(options.times)];
  const pinned = pin();
  describeMachine(pinned).forEach((line) => console.log(line));
  await withCalls(NAME, CALLS, async (url) => {
    const keys = secretKeys();
    const servers = new Servers(url, NO_FACTS, pinned);
    try {
      const { origin } = await servers.get('ours', keys);
      for (const work of OVERLOAD_WORKS) await measure(work, origin, keys.users, seconds, times);
    } finally {
      await servers.stop();
    }
  });
}

async function measure(
  work: OverloadWork,
  origin: string,
  users: Record<string, string>[],
  seconds: number,
  times: number,
): Promise<void> {
  let n = 0;
  const next = () => work.request(n, users[n++ % users.length] ?? {});
  const closed = (length: number) => load(origin, next, { connections: CLIENTS, seconds: length, leastBytes: 100 });
  await closed(WARM_UP_SECONDS);
  const { requests, seconds: took } = await closed(seconds);
  const capacity = requests / took;
  console.log(`\n${work.name}: the service answers ${capacity.toFixed(0)} requests/s`);
  print(times, seconds, await stream(origin, next, { rate: times * capacity, seconds, connections: CONNECTIONS }));

  await sleep(1_000);
  const after = await closed(Math.min(3, seconds));
  console.log(`  a second later again ${(after.requests / after.seconds).toFixed(0)} requests/s, none refused`);
}

function print(
  times: number,
  seconds: number,
  { accepted, refused, failed, unsent, sent, generatorShare }: Overload,
): void {
  const p99 = quantile(accepted, 0.99);
  const perSecond = (count: number) => (count / seconds).toFixed(0);
  console.log(
    `  asked for ${times} times that: ${perSecond(sent)} requests/s sent, generator busy ${percent(generatorShare)}`,
  );
  console.log(`  accepted  ${perSecond(accepted.length)}/s, ${latencies(accepted)}`);
  console.log(`  refused   ${perSecond(refused.length)}/s (503 with Retry-After), ${latencies(refused)}`);
  console.log(`  of that, waiting to be sent: ${latencies(unsent)}`);
  if (failed.length > 0) console.log(`  failed    ${failed.length}, such as: ${failed[0]}`);
  console.log(
    `  ${p99 < PROMISED_P99 && failed.length === 0 ? 'kept' : 'BROKEN'}: p99 of what is accepted under ${PROMISED_P99} ms`,
  );
  if (p99 >= PROMISED_P99 || failed.length > 0) process.exitCode = 1;
}

function latencies(sorted: number[]): string {
  const [p50, p99, max] = [0.5, 0.99, 1].map((q) => quantile(sorted, q).toFixed(0));
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
