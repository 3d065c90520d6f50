import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { callPurposesDialect } from './dialects/call-purposes.js';
import type { Dialect, Subject, WorkName } from './dialects/dialect.js';
import { fortuneDialect, jsonApiNestjsDialect, jsonapiServerDialect } from './dialects/peers.js';

export type ContenderName = 'ours' | 'raw' | 'floor' | 'json-api-nestjs' | 'fortune' | 'jsonapi-server';

export interface Contender {
  /** The program. */
  start: string;
  /** Of the `node` command line, as the service's own start has them. */
  options?: string[];
  dialect(subject: Subject): Promise<Dialect>;
  /** The contender whose server it asks in turn. */
  needs?: ContenderName;
  /** Whether its rows are in the memory of the process, with no database at all. */
  inMemory?: boolean;
  /** Whether it has dependencies of its own, in the folder of the peers. */
  isPeer?: boolean;
}

const PEERS = 'bench/contenders/peers';
const BUILT = 'node_modules/.cache/bench/contenders';

/** What the floor, which knows only bytes, can do. */
const READS: WorkName[] = ['list', 'list-meta', 'list-rs256', 'get', 'get-304'];

export const CONTENDERS: Record<ContenderName, Contender> = {
  ours: { options: ['--max-semi-space-size=16'], start: 'dist/src/main.js', dialect: callPurposesDialect },
  raw: { start: `${BUILT}/raw.js`, dialect: callPurposesDialect },
  floor: {
    start: `${BUILT}/floor.js`,
    needs: 'raw',
    dialect: async (subject) => only(READS, await callPurposesDialect(subject)),
  },
  'json-api-nestjs': { start: `${PEERS}/json-api-nestjs.js`, dialect: jsonApiNestjsDialect, isPeer: true },
  fortune: { start: `${PEERS}/fortune.js`, dialect: fortuneDialect, isPeer: true, inMemory: true },
  'jsonapi-server': {
    start: `${PEERS}/jsonapi-server.js`,
    dialect: jsonapiServerDialect,
    isPeer: true,
    inMemory: true,
  },
};

/** Installs the peers, from their own lock file, unless they are there. */
export function installPeers(): void {
  if (existsSync(`${PEERS}/node_modules`)) return;
  console.log('Installing the peers …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: PEERS, stdio: 'inherit' });
  if (status !== 0) throw new Error('The peers could not be installed: leave them out with --only.');
}

/** Where the peers' packages are. */
export const PEER_PACKAGES = `${PEERS}/node_modules`;

const only = (names: WorkName[], dialect: Dialect): Dialect =>
  Object.fromEntries(Object.entries(dialect).filter(([name]) => names.includes(name as WorkName)));
