// Chooses among the test files that Jest has found. CommonJS, as Jest requires it.
const { readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');

const TESTS = dirname(module.path);
const WITHOUT_TESTS = ['fixtures', 'helper', 'setup'];
const TOGETHER = 'together.ts';

/**
 * To load the application takes longer than the tests of most files. A folder with a `together.ts`, which loads all test
 * files beside it, is therefore run as that one file when all of them are wanted; a few of them are run one by one.
 * @param {string[]} paths the test files and `together.ts` that the patterns of the command line match
 * @throws Error when there is a file that would never be run
 */
module.exports = (paths) => {
  refuseStrays();
  const isTogether = (path) => path.endsWith(TOGETHER);
  const whole = paths
    .filter(isTogether)
    .map(dirname)
    .filter((folder) => {
      const wanted = paths.filter((path) => dirname(path) === folder && !isTogether(path));
      return wanted.length === 0 || wanted.length === testFilesIn(folder).length;
    });
  return { filtered: paths.filter((path) => isTogether(path) === whole.includes(dirname(path))) };
};

const testFilesIn = (folder) => readdirSync(folder).filter((name) => name !== TOGETHER);

function refuseStrays() {
  const folders = readdirSync(TESTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders.filter(({ name }) => !WITHOUT_TESTS.includes(name))) {
    const strays = testFilesIn(join(TESTS, name)).filter((file) => !file.endsWith('.test.ts'));
    if (strays.length > 0)
      throw new Error(`Would never be run, as its name does not end with .test.ts: test/${name}/${strays[0]}`);
  }
}
