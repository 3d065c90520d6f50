import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { CONTENDERS, type ContenderName, installPeers, PEER_PACKAGES } from './contenders.js';
import { SERVER, TrialDatabase } from './database.js';
import { measureDeletion } from './deletion.js';
import type { TrialFacts, WorkName } from './dialects/dialect.js';
import { describeMachine, pin, residentMemory, versionsIn } from './machine.js';
import { type Effort, measure } from './measure.js';
import { plot } from './plot.js';
import { markdown, overview, type Results } from './report.js';
import { type Server, Servers } from './servers.js';
import { type Keys, publicKeys, secretKeys } from './tokens.js';
import { DELETION, WORKLOADS } from './workloads.js';

interface Options {
  quick?: boolean;
  only?: string;
  keep?: boolean;
}

interface Selection {
  contenders: ContenderName[];
  works: WorkName[];
  deletion: boolean;
}

const FULL: Effort = { rounds: 5, warmUpSeconds: 3, startSeconds: 5, seconds: 3, connections: 16 };
const QUICK: Effort = { rounds: 3, warmUpSeconds: 0.5, startSeconds: 1.5, seconds: 0.4, connections: 16 };
const OUR_PACKAGES = ['@nestjs/core', 'fastify', '@mikro-orm/core', 'pg'];
const PEERS = ['json-api-nestjs', '@nestjs/core', 'typeorm', 'fortune', 'fortune-json-api', 'jsonapi-server'];

const everyContender = Object.keys(CONTENDERS) as ContenderName[];
const everyWork = Object.keys(WORKLOADS) as WorkName[];

await new Command('npm run bench --')
  .description('Measures the service against others that do the same. BENCH_DATABASE_URL names a PostgreSQL server.')
  .option('--quick', 'in less than three minutes, less exactly; uses and keeps the database of an earlier run')
  .option(
    '--only <names>',
    `with commas, of ${[...everyContender, ...everyWork, DELETION].join(', ')}; writes no report`,
  )
  .option('--keep', 'keeps the database')
  .action(run)
  .parseAsync();

async function run({ quick = false, only, keep = false }: Options): Promise<void> {
  const selection = select(only?.split(','));
  const effort = quick ? QUICK : FULL;
  const keys = secretKeys();
  const pinned = pin();
  const conditions = describeMachine(pinned);
  if (selection.contenders.some((name) => CONTENDERS[name].isPeer)) installPeers();
  const database = await TrialDatabase.prepare(SERVER, !quick);
  const facts = await database.facts();
  const servers = new Servers(database.url, facts, pinned);
  const results: Results = { conditions, figures: new Map(), deletion: new Map(), memory: new Map(), failures: [] };
  try {
    await measureWorks(selection, servers, keys, effort, database, results);
    if (selection.deletion) await measureDeletions(selection, servers, keys, database, facts, quick, results);
    results.conditions.push(await database.version(), ...describeRun(effort, quick));
  } finally {
    await servers.stop();
    await database.close(keep || quick);
  }
  console.log(`\n${overview(results)}`);
  if (results.failures.length > 0) process.exitCode = 1;
  if (only) return;
  writeFileSync('bench/RESULTS.md', markdown(results));
  writeFileSync('bench/results.svg', plot(results));
  console.log('\nMore in bench/RESULTS.md and bench/results.svg.');
}

async function measureWorks(
  { contenders, works }: Selection,
  servers: Servers,
  keys: Keys,
  effort: Effort,
  database: TrialDatabase,
  results: Results,
): Promise<void> {
  const publicKeysOfRun = publicKeys();
  for (const work of works) {
    const keysOfWork = work === 'list-rs256' ? publicKeysOfRun : keys;
    const running: Server[] = [];
    for (const name of contenders) running.push(await servers.get(name, keysOfWork));
    const { figures, failures } = await measure(work, running, effort);
    results.figures.set(work, figures);
    results.failures.push(...failures);
    failures.forEach((failure) => console.error(failure));
    const times = [...figures].map(([name, { cpu }]) => `${name} ${cpu.toFixed(0)}`);
    console.log(`${WORKLOADS[work]}: ${times.join(', ')} µs`);
    if (keysOfWork === keys) for (const { name, pid } of running) results.memory.set(name, residentMemory(pid));
    if (work === 'create' || work === 'mixed') {
      await database.removeCreated();
      await servers.forgetCreated();
    }
  }
}

async function measureDeletions(
  { contenders }: Selection,
  servers: Servers,
  keys: Keys,
  database: TrialDatabase,
  facts: TrialFacts,
  quick: boolean,
  results: Results,
): Promise<void> {
  for (const name of ['ours', 'raw'] as const) {
    if (!contenders.includes(name)) continue;
    const server = await servers.get(name, keys);
    const times = await measureDeletion(server, database, facts, keys, quick ? 15 : 50);
    results.deletion.set(name, times);
    console.log(`Delete: ${name} ${times.heavy.toFixed(1)} ms with calls, ${times.unused.toFixed(1)} ms without`);
  }
}

/** @throws Error for a name that is none */
function select(names: string[] | undefined): Selection {
  const unknown = names?.find((name) => ![...everyContender, ...everyWork, DELETION].includes(name));
  if (unknown !== undefined) throw new Error(`'${unknown}' is neither a contender nor a work.`);
  const contenders = everyContender.filter((name) => names?.includes(name));
  const works = everyWork.filter((name) => names?.includes(name));
  const deletion = names?.includes(DELETION) ?? false;
  const isAnyWork = works.length > 0 || deletion;
  return {
    contenders: contenders.length > 0 ? contenders : everyContender,
    works: isAnyWork ? works : everyWork,
    deletion: isAnyWork ? deletion : true,
  };
}

function describeRun({ rounds, seconds, warmUpSeconds, connections }: Effort, quick: boolean): string[] {
  return [
    `Ours: ${versionsIn('node_modules', OUR_PACKAGES)}`,
    `Peers: ${versionsIn(PEER_PACKAGES, PEERS)}`,
    `${new Date().toISOString().slice(0, 10)}, ${quick ? 'a quick run' : 'a full run'}: ${rounds} rounds of ${seconds} s on ${connections} connections, after ${warmUpSeconds} s to warm up`,
  ];
}
