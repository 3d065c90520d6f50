// Writes docs/licences.md: the licences of all packages that a running service may load, from package-lock.json. With
// --check it writes nothing, and fails when the page is another. A licence that is not among the allowed fails always.
import { readFileSync, writeFileSync } from 'node:fs';

const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'];

/** Those that name theirs in no field that npm knows, but in their own files, which were read. */
const READ_BY_HAND = { 'limiter 1.1.5': 'MIT', 'passport-strategy 1.0.0': 'MIT', 'pause 0.0.1': 'MIT' };

const PAGE = 'docs/licences.md';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const byLicence = new Map();
const refused = [];
for (const [path, { version, license, dev }] of Object.entries(packages)) {
  if (path === '' || dev) continue;
  const name = `${path.replace(/^.*node_modules\//, '')} ${version}`;
  const licence = license ?? READ_BY_HAND[name];
  if (!ALLOWED.includes(licence)) refused.push(`${name}: ${licence ?? 'none named'}`);
  byLicence.set(licence, (byLicence.get(licence) ?? new Set()).add(name));
}
if (refused.length > 0) {
  console.error(`These licences are not allowed:\n${refused.map((line) => `  - ${line}`).join('\n')}`);
  process.exit(1);
}

const sections = [...byLicence.entries()]
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(
    ([licence, names]) =>
      `## ${licence}\n\n${[...names]
        .sort()
        .map((name) => `- ${name}\n`)
        .join('')}`,
  );
const text = `# Licences

Of the packages that a running service may load; \`npm run licences\` writes this page. The embedded PostgreSQL in
\`@electric-sql/pglite\` is under the PostgreSQL Licence too.

${sections.join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(PAGE, text);
else if (readFileSync(PAGE, 'utf8') !== text) {
  console.error(`${PAGE} is not up to date: npm run licences`);
  process.exit(1);
}
