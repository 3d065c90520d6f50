import fc from 'fast-check';
import type { CallValues } from './rows.js';

const SURROGATES = { from: 0xd800, count: 0x800 };

/** Any character. fast-check's own unit `binary` is the same, but makes a table of all first, which takes longer than most tests. */
const anyCharacter = fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.from ? n : n + SURROGATES.count),
  (character) => {
    const code = typeof character === 'string' && character.isWellFormed() ? character.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== character) throw new Error('This is no character.');
    return code < SURROGATES.from ? code : code - SURROGATES.count;
  },
);

/** A text of any characters, NUL among them. */
export const binaryText = (lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...lengths, unit: anyCharacter });

/** Any text that a PostgreSQL column can hold, with the awkward ones more often than chance would have them. */
export const anyText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('', 'a', 'A', 'b', 'ä', 'a b', '10', '9', 'a..b', 'a,b', '%', "'", '\\', '👍'),
  },
  {
    weight: 2,
    arbitrary: binaryText({ maxLength: 6 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
  },
);

/** Such a text as an attribute holds that is trimmed when it is written. */
export const anyTrimmedText = anyText.map((text) => text.trim());

/** One of few instants, as ISO 8601, so that rows share them. */
export const anyInstant = fc
  .integer({ min: 0, max: 12 })
  .map((step) => new Date(Date.UTC(2024, 1, 28, 22) + step * 7_200_000 + (step % 3)).toISOString());

/** A call; `references` are the ids of purposes and users that it may have. */
export const anyCall = (references: { purposes: string[]; users: string[] }): fc.Arbitrary<CallValues> =>
  fc.record({
    direction: fc.constantFrom('inbound' as const, 'outbound' as const),
    from: fc.option(anyTrimmedText),
    to: fc.option(anyTrimmedText),
    outcome: fc.constantFrom('Answered' as const, 'Not Answered' as const, null),
    dialedAt: fc.option(anyInstant),
    answeredAt: fc.option(anyInstant),
    createdAt: anyInstant,
    callPurpose: fc.constantFrom(null, ...references.purposes),
    user: fc.constantFrom(null, ...references.users),
  });
