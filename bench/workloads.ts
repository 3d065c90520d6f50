import type { Dialect, Work, WorkName } from './dialects/dialect.js';

/** Everything that is measured, in this order, with what it is called in the report. What creates rows comes late. */
export const WORKLOADS: Record<WorkName, string> = {
  list: 'List of 50 purposes by order',
  'list-meta': 'The same with authorization meta',
  'list-rs256': 'The same without meta, RS256 tokens',
  'list-filter': 'List with a filter that is never the same twice',
  get: 'Get one purpose',
  'get-304': 'Get one purpose that has not changed (304)',
  'calls-first': '50 of 1,000,000 calls of a purpose, first page',
  'calls-deep': '50 of 1,000,000 calls of a purpose, 500,000 rows deep',
  'calls-date-first': '50 calls by createdAt, first page',
  'calls-date-deep': '50 calls by createdAt, 500,000 rows deep',
  update: 'Update a purpose',
  create: 'Create a purpose',
  mixed: 'Mixed: 95 % reads, 5 % writes',
};

/** The deletion is measured in a way of its own: see `deletion.ts`. */
export const DELETION = 'delete';

/** Of a hundred mixed requests, how many are what; a contender that can't do one of them has the list instead. */
const MIX: [WorkName, number][] = [
  ['list', 40],
  ['get', 35],
  ['list-filter', 5],
  ['get-304', 10],
  ['calls-first', 5],
  ['update', 3],
  ['create', 2],
];

/** The dialect with the mixed load, where it has all that this takes. */
export function withMixedLoad(dialect: Dialect): Dialect {
  const { list, get, create, update } = dialect;
  if (!list || !get || !create || !update) return dialect;
  const turns = MIX.flatMap(([name, share]) => Array.from({ length: share }, () => dialect[name] ?? list));
  const mixed: Work = {
    // 37 has no factor in common with 100: every hundred has every turn once, well mixed.
    next: (n) => (turns[(n * 37) % turns.length] ?? list).next(MIXED_NUMBERS + n),
    check: (answer) => list.check(answer),
  };
  return { ...dialect, mixed };
}

/** Away from the numbers of the single works, which names and orders are made of. */
const MIXED_NUMBERS = 10_000_000;
