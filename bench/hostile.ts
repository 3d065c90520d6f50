import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import pg from 'pg';
import { NO_FACTS, onServer, withCalls } from './database.js';
import { ATTACKS, type Attack, type Cost } from './hostile-attacks.js';
import { describeMachine, pin } from './machine.js';
import { Servers } from './servers.js';
import { secretKeys } from './tokens.js';

const NAME = 'call_purposes_hostile';
const CALLS = 100_000;

/** What others are promised meanwhile. Milliseconds; bytes. */
const PROMISED_P99 = 250;
const PROMISED_PEAK = 400 * 1024 * 1024;

await new Command('npm run bench:hostile --')
  .description('Attacks the service and looks at what others have of it. BENCH_DATABASE_URL names a PostgreSQL server.')
  .option('--seconds <number>', 'of each attack', '8')
  .option('--only <text>', 'attacks with that in their name')
  .action(run)
  .parseAsync();

async function run({ seconds, only = '' }: { seconds: string; only?: string }): Promise<void> {
  const pinned = pin();
  describeMachine(pinned).forEach((line) => console.log(line));
  await withCalls(NAME, CALLS, async (url) => {
    await onServer(
      url,
      `update call set outcome = 'Not Answered';
       insert into call (direction, outcome, note) select 'inbound', 'Answered', repeat('ä', 65535) from generate_series(1, 1000)`,
    );
    console.log('\n| attack | requests | sent | service | PostgreSQL | others p50 | p99 | health at worst | |');
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const attack of ATTACKS.filter(({ name }) => name.includes(only)))
      await measure(attack, url, pinned, Number(seconds));
  });
}

/** Each on a service of its own, whose memory is then that attack's. */
async function measure(attack: Attack, url: string, pinned: boolean, seconds: number): Promise<void> {
  const servers = new Servers(url, NO_FACTS, pinned);
  const keys = secretKeys();
  const watcher = new pg.Client(url);
  await watcher.connect();
  try {
    const { origin, pid } = await servers.get('ours', keys);
    const [attacker, other] = keys.users as [Record<string, string>, Record<string, string>];
    const until = performance.now() + seconds * 1_000;
    const seen = watch({ origin, pid, other, watcher, until });
    const cost = await attack.run({ origin, authorization: attacker.authorization ?? '' }, until);
    print(attack.name, cost, await seen);
  } finally {
    await watcher.end();
    await servers.stop();
  }
}

interface Watched {
  origin: string;
  pid: number;
  other: Record<string, string>;
  watcher: pg.Client;
  until: number;
}

interface Seen {
  reads: number[];
  failed: number;
  health: number;
  service: number;
  postgres: number;
}

/** Reads as another user, asks for the health, and looks at the memory, again and again. */
async function watch({ origin, pid, other, watcher, until }: Watched): Promise<Seen> {
  const seen: Seen = { reads: [], failed: 0, health: 0, service: 0, postgres: 0 };
  const timed = async (path: string): Promise<number> => {
    const from = performance.now();
    const response = await fetch(origin + path, { headers: other });
    await response.arrayBuffer();
    if (!response.ok) seen.failed++;
    return performance.now() - from;
  };
  const again = async (task: () => Promise<void>, pause: number) => {
    for (; performance.now() < until; await sleep(pause)) await task();
  };
  await Promise.all([
    again(async () => void seen.reads.push(await timed('/api/v2/callPurposes?page[size]=5')), 20),
    again(async () => void seen.reads.push(await timed('/api/v2/calls/1')), 20),
    again(async () => void (seen.health = Math.max(seen.health, await timed('/health/ready'))), 100),
    again(async () => {
      seen.service = Math.max(seen.service, memory(pid, 'VmRSS'));
      const { rows } = await watcher.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name like 'call-purposes%' and datname = current_database()`,
      );
      seen.postgres = Math.max(
        seen.postgres,
        rows.reduce((sum, row) => sum + memory(row.pid, 'RssAnon'), 0),
      );
    }, 100),
  ]);
  return seen;
}

/** Bytes that the process has in that line of its status; 0 when it has ended. */
function memory(pid: number, line: string): number {
  try {
    const kilobytes = new RegExp(`^${line}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

function print(name: string, { requests, bytes }: Cost, { reads, failed, health, service, postgres }: Seen): void {
  const sorted = reads.sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
  const mebibytes = (count: number) => `${(count / 1_048_576).toFixed(0)} MB`;
  const kept = quantile(0.99) <= PROMISED_P99 && health <= PROMISED_P99 && service <= PROMISED_PEAK && failed === 0;
  const cells = [
    ...[name, requests, mebibytes(bytes), mebibytes(service), mebibytes(postgres)],
    ...[quantile(0.5), quantile(0.99), health].map((value) => `${value.toFixed(0)} ms`),
    kept ? 'kept' : `BROKEN${failed > 0 ? `, ${failed} of ${sorted.length} failed` : ''}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
  if (!kept) process.exitCode = 1;
}
