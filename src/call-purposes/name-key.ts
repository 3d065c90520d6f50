import { CASE_FOLDINGS } from './case-folding.js';

const FOLDINGS = foldingsIn(CASE_FOLDINGS);

/**
 * What two names have in common when they count as the same: Unicode's NFKC_Casefold of their canonical decomposition, by
 * which identifiers match without regard to case (definition D147 of its chapter 3.13). Made here and not by the database,
 * whose answer would depend on its locale.
 */
export const nameKey = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^\0-\x7f]/gu, folded)
    // What the rule comes to in ASCII, which most names are of, in a fiftieth of the time.
    .replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
    .normalize('NFC');

/** NFKC_Casefold of a code point: composed by compatibility, folded and without what is ignorable, until nothing changes. */
function folded(text: string): string {
  const next = Array.from(text.normalize('NFKC'), (character) => FOLDINGS.get(character) ?? character)
    .join('')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC');
  return next === text ? text : folded(next);
}

function foldingsIn(table: string): Map<string, string> {
  const foldings = new Map<string, string>();
  for (const [, from = '', last = from, half, to = ''] of table.matchAll(/(\w+)(?:-(\w+))?(\/2)?>(\S+)/g)) {
    const [first, end] = [parseInt(from, 16), parseInt(last, 16)];
    const targets = to.split('+').map((target) => parseInt(target, 16));
    for (let offset = 0; first + offset <= end; offset += half ? 2 : 1)
      foldings.set(
        String.fromCodePoint(first + offset),
        String.fromCodePoint(...targets.map((target) => target + offset)),
      );
  }
  return foldings;
}
