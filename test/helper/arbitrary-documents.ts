import fc from 'fast-check';
import { binaryText } from './arbitraries.js';

/** A write that the documents are for. */
export type Write = 'POST /callPurposes' | 'PATCH /callPurposes' | 'POST /calls' | 'PATCH /calls';

export const writes = fc.constantFrom<Write>(
  'POST /callPurposes',
  'PATCH /callPurposes',
  'POST /calls',
  'PATCH /calls',
);

const ODD_TEXTS = ['', ' ', '\0', '\ud800', 'a\0b', '\u202e', '\ufeff', 'x'.repeat(256), '😀'.repeat(255), '__proto__'];
const ODD_NUMBERS = [2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300, 0.5, -0];

const oddText = fc.oneof(binaryText({ maxLength: 300 }), fc.constantFrom(...ODD_TEXTS));
const oddNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(...ODD_NUMBERS));

/** Any JSON value, those that make trouble more often than chance would. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  oddNumber,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, [], {}),
);

/** Mostly as it should be. */
const orOdd = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });

const seldom = (arbitrary: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary });

const oddMembers = fc.dictionary(
  fc.oneof(fc.constantFrom('__proto__', 'constructor', 'id', 'type', 'a/b', '~', '', 'createdAt'), oddText),
  odd,
  { maxKeys: 3 },
);

const purposeAttributes = fc.record(
  { name: orOdd(fc.uuid()), order: orOdd(fc.integer({ min: -1000, max: 1000 })) },
  { requiredKeys: ['name'] },
);

const callAttributes = fc.record(
  {
    direction: orOdd(fc.constantFrom('inbound', 'outbound')),
    outcome: orOdd(fc.constantFrom('Answered', 'Not Answered', null)),
    from: orOdd(fc.constant('+1 555 0100')),
    to: orOdd(fc.constantFrom('+44 20 7946 0000', null)),
    note: orOdd(fc.string({ unit: 'grapheme' })),
    tags: orOdd(fc.array(fc.oneof(fc.uuid(), oddText), { maxLength: 3 })),
    recordingUrl: orOdd(fc.webUrl()),
    dialedAt: orOdd(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
  },
  { requiredKeys: ['direction'] },
);

const identifier = fc.record({
  type: orOdd(fc.constant('callPurpose')),
  id: orOdd(fc.constantFrom('1', 1, '2', '2', '999999', '0', '01', '99999999999999999999')),
});
const relationship = orOdd(fc.record({ data: orOdd(fc.oneof(identifier, fc.constant(null))) }));
const callRelationships = fc.record({ callPurpose: relationship }, { requiredKeys: [] });
const oddRelationships = seldom(
  fc.record(
    { creator: relationship, user: relationship, calls: relationship, other: relationship, callPurpose: relationship },
    { requiredKeys: [] },
  ),
);

const together = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((objects) => objects.reduce((all, part) => ({ ...all, ...part }), {}));

/**
 * JSON texts near what the write asks for.
 * @param id of the resource that a PATCH changes
 */
export function documentsNearValid(write: Write, id: string): fc.Arbitrary<string> {
  const isCall = write.endsWith('/calls');
  const identity = {
    type: orOdd(fc.constant(isCall ? 'call' : 'callPurpose')),
    ...(write.startsWith('PATCH') && { id: orOdd(fc.constantFrom(id, Number(id))) }),
  };
  const data = fc.record(
    {
      ...identity,
      attributes: orOdd(together(seldom(oddMembers), isCall ? callAttributes : purposeAttributes)),
      relationships: orOdd(together(oddRelationships, isCall ? callRelationships : fc.constant({}))),
      meta: odd,
    },
    { requiredKeys: ['type', ...(write.startsWith('PATCH') ? (['id'] as const) : []), 'attributes'] as never },
  );
  return fc
    .record({ data: orOdd(data), meta: odd, included: odd }, { requiredKeys: ['data'] })
    .map((document) => JSON.stringify(document));
}

const NESTINGS: [string, string][] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['{"data":', '}'],
];
const PLACES: [string, string][] = [
  ['', ''],
  ['{"data":', '}'],
  ['{"data":{"type":"call","attributes":{"direction":', '}}}'],
  ['{"data":{"type":"call","attributes":{"direction":"inbound","tags":', '}}}'],
  ['{"data":{"type":"callPurpose","attributes":{"name":', '}}}'],
  ['{"data":{"type":"call","attributes":{"direction":"inbound"},"relationships":{"callPurpose":', '}}}'],
  ['{"data":{"type":"callPurpose","attributes":{"name":"Deep"},"meta":', '}}'],
];

/** JSON texts of up to a megabyte that are nested as deeply as that allows. */
export const deepDocuments = fc
  .tuple(fc.constantFrom(...PLACES), fc.constantFrom(...NESTINGS), fc.integer({ min: 1, max: 100_000 }))
  .map(([[head, tail], [open, close], depth]) => `${head}${open.repeat(depth)}1${close.repeat(depth)}${tail}`);
