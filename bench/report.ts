import type { ContenderName } from './contenders.js';
import type { DeletionTimes } from './deletion.js';
import type { WorkName } from './dialects/dialect.js';
import type { Figures } from './measure.js';
import { WORKLOADS } from './workloads.js';

/** All that a run found out. */
export interface Results {
  /** Facts about the run, a line each. */
  conditions: string[];
  figures: Map<WorkName, Map<ContenderName, Figures>>;
  deletion: Map<ContenderName, DeletionTimes>;
  /** Of each server after all loads, in MB. */
  memory: Map<string, number>;
  /** Who answered what wrong, and has no figures for it. */
  failures: string[];
}

/** What our service is compared with. */
const YARDSTICKS: ContenderName[] = ['raw', 'floor', 'json-api-nestjs'];

/** The report as Markdown. */
export function markdown(results: Results): string {
  const parts = [
    '# Results',
    'Written by `npm run bench`; what is measured and against what stands in [README.md](README.md).',
    results.conditions.map((line) => `- ${line}`).join('\n'),
    '![Processor time per request](results.svg)',
    '## Processor time of the server per request, in µs',
    'Less is better. Behind ours: how many times that of the other.',
    overview(results),
    '## All figures',
    'Medians of the rounds; "spread" is what lies between the rounds with the least and the most processor time.',
    details(results),
  ];
  if (results.deletion.size > 0) {
    parts.push('## Deleting a purpose', 'Milliseconds of one DELETE on an idle server, medians.', deletions(results));
  }
  if (results.failures.length > 0) {
    parts.push('## Wrong answers', results.failures.map((failure) => `- \`${failure}\``).join('\n'));
  }
  parts.push('## Memory after all loads', memory(results));
  return `${parts.join('\n\n')}\n`;
}

/** The table of processor times, one row for each work. */
export function overview({ figures }: Results): string {
  const names = contendersIn(figures);
  const others = YARDSTICKS.filter((name) => names.includes(name) && names.includes('ours'));
  const rows = [...figures].map(([workName, ofContenders]) => {
    const times = names.map((name) => number(ofContenders.get(name)?.cpu));
    const ratios = others.map((name) => ratio(ofContenders.get('ours')?.cpu, ofContenders.get(name)?.cpu));
    return [WORKLOADS[workName], ...times, ...ratios];
  });
  return table(['', ...names, ...others.map((name) => `ours : ${name}`)], rows);
}

function details({ figures }: Results): string {
  const rows = [...figures].flatMap(([workName, ofContenders]) =>
    [...ofContenders].map(([name, { cpu, perSecond, p50, p99, spread, generatorShare }], index) => [
      index === 0 ? WORKLOADS[workName] : '',
      name,
      number(cpu),
      percent(spread),
      number(perSecond),
      number(p50),
      number(p99),
      percent(generatorShare),
    ]),
  );
  return table(['', '', 'CPU µs', 'spread', 'requests/s', 'p50 ms', 'p99 ms', 'generator busy'], rows, 2);
}

const deletions = ({ deletion }: Results): string =>
  table(
    ['', 'with 1,000,000 calls', 'without calls', 'ratio'],
    [...deletion].map(([name, { heavy, unused }]) => [name, number(heavy), number(unused), ratio(heavy, unused)]),
  );

const memory = ({ memory: megabytes }: Results): string =>
  table(
    ['', 'RSS, MB'],
    [...megabytes].map(([name, value]) => [name, value.toFixed(0)]),
  );

/** The contenders that were measured, in the order of their first figures. */
export function contendersIn(figures: Results['figures']): ContenderName[] {
  return [...new Set([...figures.values()].flatMap((ofContenders) => [...ofContenders.keys()]))];
}

/** @param texts how many columns, from the left, are no numbers */
function table(head: string[], rows: string[][], texts = 1): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (content: string, column: number) =>
    column < texts ? content.padEnd(widths[column] ?? 0) : content.padStart(widths[column] ?? 0);
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = widths.map((width, column) => (column < texts ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function number(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

const ratio = (value?: number, other?: number): string => (value && other ? `${(value / other).toFixed(2)} ×` : '–');

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
