import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCall, anyInstant, anyTrimmedText } from '../helper/arbitraries.js';
import { type Service, build } from '../helper/build.js';
import { cases } from '../helper/cases.js';
import type { Client } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { type CallValues, insertCalls, insertPurposes, insertUsers } from '../helper/rows.js';

describe('Filters made at random', () => {
  type Comparable = string | number;
  type Row = CallValues & { id: string };
  type Kind = 'text' | 'instant' | 'id';

  /** A filter's parameters, and what they mean. */
  interface FilterCase {
    parameters: [name: string, value: string][];
    holds: (row: Row) => boolean;
  }

  const FIELDS: [parameter: string, kind: Kind, of: (row: Row) => string | null | undefined][] = [
    ['filter[direction]', 'text', (row) => row.direction],
    ['filter[from]', 'text', (row) => row.from],
    ['filter[to]', 'text', (row) => row.to],
    ['filter[outcome]', 'text', (row) => row.outcome],
    ['filter[dialedAt]', 'instant', (row) => row.dialedAt],
    ['filter[answeredAt]', 'instant', (row) => row.answeredAt],
    ['filter[createdAt]', 'instant', (row) => row.createdAt],
    ['filter[id]', 'id', (row) => row.id],
    ['filter[callPurpose][id]', 'id', (row) => row.callPurpose],
    ['filter[user][id]', 'id', (row) => row.user],
  ];

  /** Negative, zero or positive, as PostgreSQL compares: texts by code point, which is the order of their UTF-8. */
  function compare(kind: Kind, one: Comparable, other: Comparable): number {
    if (kind === 'text') return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
    if (kind === 'instant') return Date.parse(String(one)) - Date.parse(String(other));
    return Number(one) - Number(other);
  }

  const isSpecial = (text: string) => ['__null__', '__notnull__', 'neginf', 'inf'].includes(text);

  const literalText = fc
    .oneof(anyTrimmedText, fc.constantFrom('inbound', 'Answered', 'Not Answered'))
    .filter((t) => !isSpecial(t));

  /** The same instant, written in another way. */
  const writtenInstant = fc.tuple(anyInstant, fc.constantFrom('Z', '+02:00', '-0730')).map(([instant, zone]) => {
    const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
    const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    const local = new Date(Date.parse(instant) + shift).toISOString();
    if (zone === 'Z' && local.endsWith('T00:00:00.000Z')) return local.slice(0, 10);
    return (local.endsWith('.000Z') ? local.slice(0, -5) : local.slice(0, -1)) + zone;
  });

  const written = (kind: Kind): fc.Arbitrary<string> => {
    if (kind === 'text') return literalText;
    return kind === 'instant' ? writtenInstant : fc.integer({ min: -1, max: 40 }).map(String);
  };

  /** As {@link written}, for where commas and two dots mean something; `value` is what is compared with. */
  const inOlderSyntax = (kind: Kind) => written(kind).filter((text) => !/,|\.\.|^\.|\.$/.test(text));

  const instantOf = (text: string) => text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');

  function olderFilter([name, kind, of]: (typeof FIELDS)[number]): fc.Arbitrary<FilterCase> {
    const value = inOlderSyntax(kind);
    const end = (open: string) =>
      fc.oneof({ weight: 1, arbitrary: fc.constant(open) }, { weight: 3, arbitrary: value });
    const range = fc
      .tuple(end('neginf'), end('inf'))
      .filter(([from, to]) => from !== '' && to !== '')
      .map(([from, to]) => ({
        text: `${from}..${to}`,
        holds: (actual: string | null) =>
          actual !== null &&
          (from === 'neginf' || compare(kind, actual, instantOf(from)) >= 0) &&
          (to === 'inf' || compare(kind, actual, instantOf(to)) <= 0),
      }));
    const alternative = fc.oneof(
      value.map((text) => ({
        text,
        holds: (actual: string | null) => actual !== null && compare(kind, actual, instantOf(text)) === 0,
      })),
      range,
      fc.constant({ text: '__null__', holds: (actual: string | null) => actual === null }),
      fc.constant({ text: '__notnull__', holds: (actual: string | null) => actual !== null }),
    );
    return fc.array(alternative, { minLength: 1, maxLength: 3 }).map((alternatives) => ({
      parameters: [[name, alternatives.map(({ text }) => text).join(',')]],
      holds: (row) => alternatives.some(({ holds }) => holds(of(row) ?? null)),
    }));
  }

  function newerFilter([name, kind, of]: (typeof FIELDS)[number]): fc.Arbitrary<FilterCase> {
    const value = written(kind);
    const list = fc.array(fc.oneof(value, fc.constant('__null__')), { minLength: 1, maxLength: 3 }).map((texts) => ({
      parameters: texts.map((text): [string, string] => [`${name}[]`, text]),
      holds: (row: Row) => {
        const actual = of(row) ?? null;
        return texts.some((text) =>
          text === '__null__' ? actual === null : actual !== null && compare(kind, actual, instantOf(text)) === 0,
        );
      },
    }));
    const signs = {
      gte: (difference: number) => difference >= 0,
      lte: (difference: number) => difference <= 0,
      gt: (difference: number) => difference > 0,
      lt: (difference: number) => difference < 0,
    };
    const bound = fc.tuple(fc.constantFrom(...(Object.keys(signs) as (keyof typeof signs)[])), value);
    const bounds = fc.uniqueArray(bound, { minLength: 1, maxLength: 2, selector: ([sign]) => sign }).map((given) => ({
      parameters: given.map(([sign, text]): [string, string] => [`${name}[${sign}]`, text]),
      holds: (row: Row) => {
        const actual = of(row) ?? null;
        return actual !== null && given.every(([sign, text]) => signs[sign](compare(kind, actual, instantOf(text))));
      },
    }));
    const exact = value.map((text) => ({
      parameters: [[name, text] as [string, string]],
      holds: (row: Row) =>
        of(row) !== null && of(row) !== undefined && compare(kind, of(row) ?? '', instantOf(text)) === 0,
    }));
    return fc.oneof(list, bounds, exact);
  }

  let service: Service;
  let client: Client;
  let references: { purposes: string[]; users: string[] };

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    references = {
      purposes: await insertPurposes(service, ['One', 'Two']),
      users: await insertUsers(service, ['grace', 'linus']),
    };
  });
  afterAll(() => service.close());

  /** Random rows, each time with several random combinations of filters on them. */
  async function expectMatches(newSyntax: boolean, make: (field: (typeof FIELDS)[number]) => fc.Arbitrary<FilterCase>) {
    const combination = fc
      .uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 3 })
      .chain((fields) => fc.tuple(...fields.map(make)));
    const combinations = fc.array(combination, { minLength: 5, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall(references), { maxLength: 40 }), combinations, async (calls, filters) => {
        await service.sql('truncate call restart identity');
        const ids = await insertCalls(service, calls);
        const rows = calls.map((call, index) => ({ ...call, id: ids[index] ?? '' }));
        for (const cases of filters) {
          const query = new URLSearchParams(cases.flatMap(({ parameters }) => parameters)).toString();
          const { status, errors, resources } = await client.get(`/calls?newFilterSyntax=${newSyntax}&${query}`);
          expect({ query, status, errors }).toEqual({ query, status: 200, errors: [] });
          const matching = rows.filter((row) => cases.every(({ holds }) => holds(row)));
          expect(idsOf({ resources })).toEqual(matching.map(({ id }) => id));
        }
      }),
      { ...cases(40), endOnFailure: true },
    );
  }

  describe('Any filters', () => {
    it('Find what they say in the older syntax', () => expectMatches(false, olderFilter));

    it('Find what they say with newFilterSyntax', () => expectMatches(true, newerFilter));
  });
});
