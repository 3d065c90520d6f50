import 'reflect-metadata';
import { EntityManager } from '@mikro-orm/core';
import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { INestApplicationContext } from '@nestjs/common';
import { SingleBar } from 'cli-progress';
import { InvalidArgumentError, Option } from 'commander';
import { CallPurposesService } from '../../call-purposes/call-purposes.service.js';
import { OperatorError } from '../../config/operator-error.js';
import { UsersService } from '../../users/users.service.js';
import { copyCalls, insertCalls, type Progress } from '../load-calls.js';
import { withService } from '../operator.js';
import { integer } from '../option-values.js';
import { type Program, type Terminal, consoleOf, newCommand } from '../program.js';
import { trialCalls, type TrialCallsPlan } from '../trial-calls.js';

interface Options {
  count: number;
  purposes?: string[];
  seed: number;
  until: number;
}

const TRIAL_USER = { subject: 'trial-data', name: 'Trial data', email: null };

export const seedCalls: Program = async (args, terminal) => {
  await newCommand('npm run seed:calls --', terminal)
    .description(
      'Adds made-up calls to the database of the settings, for trials with many of them. All of them or, on failure, none are added.\n\n' +
        'On a PostgreSQL server into an empty table, the secondary indexes and the foreign keys are dropped and made again ' +
        'within the transaction: faster by far, but the service waits with all that has to do with calls until it is done. ' +
        'A table that has calls keeps its indexes, and the service goes on meanwhile.',
    )
    .option('--count <n>', 'how many calls', integer(1, 1_000_000_000), 1000)
    .option('--purposes <ids>', 'the ids of the call purposes that they have, comma-separated (default: all)', ids)
    .option(
      '--seed <n>',
      'any integer; the same one, with the same --until, makes the same calls',
      integer(0, 2 ** 32 - 1),
      1,
    )
    .addOption(
      new Option('--until <date>', 'the end of the two years that the calls are spread over')
        .default(today(), 'today')
        .argParser(date),
    )
    .action((options: Options) => withService(terminal, (service) => seed(service, options, terminal)))
    .parseAsync(args, { from: 'user' });
  return 0;
};

async function seed(
  service: INestApplicationContext,
  { purposes, ...options }: Options,
  terminal: Terminal,
): Promise<void> {
  const plan: TrialCallsPlan = {
    ...options,
    purposeIds: await purposeIds(service, purposes),
    userId: await service.get(UsersService).identify(TRIAL_USER),
  };
  const em = service.get<SqlEntityManager>(EntityManager, { strict: false }).fork();
  const connection = em.getConnection();
  const bar = new SingleBar({
    format: '{bar} {value} of {total} calls, {duration_formatted}, {stage}',
    stream: terminal.stderr,
    noTTYOutput: false,
  });
  const progress: Progress = {
    calls: (more) => bar.increment(more),
    stage: (stage) => bar.update({ stage }),
  };
  const startedAt = performance.now();
  bar.start(plan.count, 0, { stage: 'calls' });
  try {
    if (connection instanceof PostgreSqlConnection) await copyCalls(connection, trialCalls(plan), progress);
    else await insertCalls(em, trialCalls(plan), progress);
  } finally {
    bar.stop();
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  consoleOf(terminal).log(`${plan.count} calls added in ${seconds} s.`);
}

/** @throws Error when one of those that are asked for is no call purpose */
async function purposeIds(service: INestApplicationContext, wanted?: string[]): Promise<string[]> {
  const existing = (await service.get(CallPurposesService).listAll(false)).map(({ id }) => id);
  const unknown = wanted?.filter((id) => !existing.includes(id)) ?? [];
  if (unknown.length > 0) throw new OperatorError(`There is no call purpose with the id ${unknown.join(', ')}.`);
  return wanted ?? existing;
}

function ids(text: string): string[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(',');
  throw new InvalidArgumentError('Ids are comma-separated integers.');
}

function date(text: string): number {
  const value = Date.parse(text);
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('It must be a date such as 2026-11-24.');
}

function today(): number {
  return new Date().setUTCHours(0, 0, 0, 0);
}
