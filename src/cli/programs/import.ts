import 'reflect-metadata';
import { SingleBar } from 'cli-progress';
import { ApiClient } from '../import/api-client.js';
import { carryOut } from '../import/carry-out.js';
import { type Step, planImport } from '../import/plan.js';
import { describe, summary } from '../import/report.js';
import { type ServerOptions, base, sourceOf, targetOf } from '../import/servers.js';
import type { Patience } from '../import/send.js';
import { integer } from '../option-values.js';
import { type Program, type Terminal, consoleOf, newCommand } from '../program.js';

interface Options extends ServerOptions {
  dryRun: boolean;
  pageSize: number;
  retries: number;
}

/** The exit status when some call purposes were refused and all others are in the target. */
const SOME_REFUSED = 2;

export const importPurposes: Program = async (args, terminal) => {
  const { IMPORT_TOKEN, IMPORT_TO_TOKEN } = terminal.env;
  let status = 0;
  await newCommand('npm run import --', terminal)
    .description(
      'Copies call purposes from a server that speaks this API, such as the Outreach API v2, into a running service. They are ' +
        'matched by name, without regard to case: those that are missing are created, others get the name and the order of the ' +
        'source, and none is deleted. It can be run again at any time, also after it was stopped, and does only what is left.\n\n' +
        'The status is 0 when all is done, 2 when some call purposes were refused, 1 when the import could not go on.',
    )
    .requiredOption('--from <url>', 'the base of the API to copy from, such as https://api.outreach.io/api/v2', base)
    .option('--token <token>', 'its token; better in IMPORT_TOKEN of the environment, as command lines can be seen')
    .option(
      '--to <url>',
      'the base of the API to copy to (default: the service of the settings, on this machine)',
      base,
    )
    .option('--to-token <token>', 'its token, or IMPORT_TO_TOKEN (default: one made with the secret of the settings)')
    .option('--dry-run', 'only show what would be done', false)
    .option('--page-size <n>', 'how many call purposes a request reads', integer(1, 1000), 250)
    .option('--retries <n>', 'how often a request is made again when it fails', integer(0, 100), 5)
    .action(async ({ token = IMPORT_TOKEN, toToken = IMPORT_TO_TOKEN, ...options }: Omit<Options, 'env'>) => {
      status = await copy({ ...options, token, toToken, env: terminal.env }, terminal);
    })
    .parseAsync(args, { from: 'user' });
  return status;
};

/** @returns the exit status */
async function copy(options: Options, terminal: Terminal): Promise<number> {
  const console = consoleOf(terminal);
  const bar = new SingleBar({
    format: '{bar} {value} of {total} call purposes, {duration_formatted}{stage}',
    stream: terminal.stderr,
    noTTYOutput: false,
  });
  const patience: Patience = {
    retries: options.retries,
    onWait: (message) =>
      terminal.stderr.isTTY && bar.isActive ? bar.update({ stage: `, ${message}` }) : console.error(message),
  };
  const target = new ApiClient(targetOf(options), patience);
  const steps = planImport(
    await all(new ApiClient(sourceOf(options), patience), options.pageSize),
    await all(target, options.pageSize),
  );
  if (options.dryRun) {
    for (const line of steps.map(describe)) if (line !== null) console.log(line);
    console.log(`Dry run: nothing was done. It would be: ${summary(steps)}.`);
    return statusOf(steps);
  }

  const done: Step[] = [];
  bar.start(steps.length, 0, { stage: '' });
  try {
    for (const step of steps) {
      done.push(await carryOut(step, target));
      bar.increment({ stage: '' });
    }
  } finally {
    bar.stop();
    for (const step of done) if (step.kind === 'refused') console.error(describe(step));
    console.log(`${done.length} of ${steps.length} call purposes: ${summary(done)}.`);
  }
  return statusOf(done);
}

async function all(client: ApiClient, pageSize: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of client.pages(pageSize)) rows.push(...page);
  return rows;
}

function statusOf(steps: Step[]): number {
  return steps.some(({ kind }) => kind === 'refused') ? SOME_REFUSED : 0;
}
