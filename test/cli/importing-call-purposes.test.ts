import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { build } from '../helper/build.js';
import { newPurpose, pathOf } from '../helper/documents.js';
import { type ImportTrial, importTrial } from '../helper/import-trial.js';

describe('The import command', () => {
  let trial: ImportTrial;

  beforeAll(async () => {
    trial = await importTrial();
  });
  afterAll(() => trial.close());
  beforeEach(() => trial.reset());

  describe('Importing from the Outreach API', () => {
    it('Can show what would be done, and does nothing', async () => {
      await trial.administrator.post('/callPurposes', newPurpose({ name: 'DEMO', order: 3 }));
      await trial.administrator.post('/callPurposes', newPurpose({ name: 'Same', order: 4 }));
      trial.outreach.purposes = [
        { id: 1, name: 'Demo', order: 7 },
        { id: 2, name: 'New', order: 5 },
        { id: 3, name: 'Same', order: 4 },
        { id: 4, name: 'Evil \u001b[2J\u009b', order: 9 },
      ];

      const { code, stdout, stderr } = await trial.importing({ args: ['--dry-run'] });

      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(stdout.trimEnd().split('\n')).toEqual([
        'create\t5\t"New"',
        'update\t7\t"Demo"\twas "DEMO", order was 3',
        expect.stringMatching(/^refuse\t\t"Evil \\u001b\[2J\\u009b"\t.*without control characters/),
        'Dry run: nothing was done. It would be: 1 created, 1 updated, 1 unchanged, 1 refused.',
      ]);
      expect(await trial.listed()).toEqual([
        ['DEMO', 3],
        ['Same', 4],
      ]);
    });

    it('Copies every page in order, waiting for the rate limit, and has nothing to do the second time', async () => {
      const wanted = trial.fill(90);
      trial.outreach.remaining = 2;

      const { code, stdout, stderr } = await trial.importing();

      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: '90 of 90 call purposes: 90 created, 0 updated, 0 unchanged, 0 refused.\n',
      });
      expect(stderr).toMatch(/^the source has a rate limit \(429\), going on at \d\d:\d\d:\d\d\n$/);
      expect(trial.outreach.requests.map(({ status }) => status)).toEqual([200, 200, 429, 200, 200, 200]);
      expect(await trial.listed()).toEqual(wanted);

      const again = await trial.importing();
      expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('0 created, 0 updated, 90 unchanged') });
      expect(await trial.listed()).toEqual(wanted);
    });

    it('Matches names without regard to case, takes over name and order, and deletes nothing', async () => {
      const { resource: existing } = await trial.administrator.post(
        '/callPurposes',
        newPurpose({ name: 'ÜBUNG', order: 3 }),
      );
      await trial.administrator.post('/callPurposes', newPurpose({ name: 'Only here', order: 1 }));
      trial.outreach.purposes = [
        { id: 1, name: ' Übung ', order: 8 },
        { id: 2, name: 'Without order', order: null },
      ];

      const { code, stdout } = await trial.importing();

      expect(code).toBe(0);
      expect(stdout).toContain('1 created, 1 updated, 0 unchanged, 0 refused');
      expect(await trial.listed()).toEqual([
        ['Only here', 1],
        ['Übung', 8],
        ['Without order', 9],
      ]);
      expect((await trial.administrator.get(pathOf(existing))).resource.attributes.name).toBe('Übung');
    });

    it('Creates nothing twice when an answer is lost', async () => {
      const wanted = trial.fill(3);
      let lost = 0;
      trial.proxy.passes = (method) => method !== 'POST' || lost++ !== 1;

      const { code, stdout } = await trial.importing(trial.throughProxy);

      expect(code).toBe(0);
      expect(stdout).toContain('3 created, 0 updated, 0 unchanged, 0 refused');
      expect(await trial.listed()).toEqual(wanted);
    });

    it('Reports what the service can not take one by one, and copies the rest', async () => {
      trial.outreach.purposes = [
        { id: 1, name: 'x'.repeat(256), order: 1 },
        { id: 2, name: 'Tab\there', order: 2 },
        { id: 3, name: 'Twice', order: 3 },
        { id: 4, name: 'TWICE', order: 4 },
        { id: 5, name: null, order: 5 },
        { id: 6, name: 'Too far', order: 2 ** 31 },
        { id: 7, name: 'Good', order: 7 },
      ];

      const { code, stdout, stderr } = await trial.importing();

      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^refuse\t\t"x{80}…"\t.*255 characters/),
        expect.stringMatching(/^refuse\t\t"Tab\there"\t.*control characters/),
        'refuse\t\t"TWICE"\tthe source has that name already, as "Twice"',
        'refuse\t\t"(id 5)"\tit has no name',
        expect.stringMatching(/^refuse\t\t"Too far"\t'order' must be an integer/),
      ]);
      expect(stdout).toBe('7 of 7 call purposes: 2 created, 0 updated, 0 unchanged, 5 refused.\n');
      expect(await trial.listed()).toEqual([
        ['Twice', 3],
        ['Good', 7],
      ]);
    });

    it('Reports what the token may not change, and copies the rest', async () => {
      await trial.administrator.post('/callPurposes', newPurpose({ name: "Ada's", order: 1 }));
      trial.outreach.purposes = [
        { id: 1, name: "Ada's", order: 2 },
        { id: 2, name: 'Good', order: 3 },
      ];

      const { code, stderr } = await trial.importing({ env: { IMPORT_TO_TOKEN: trial.target.as('eve').token ?? '' } });

      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^refuse\t\t"Ada's"\t.*403.*administrator/),
      });
      expect(await trial.listed()).toEqual([
        ["Ada's", 1],
        ['Good', 3],
      ]);
    });
  });

  describe('Importing from another instance', () => {
    it.each(['string', 'integer'])(
      'Copies everything from another instance with ids in the form %s',
      async (format) => {
        const source = await build({ RESOURCE_ID_FORMAT: format });
        const origin = await source.listen();
        for (let n = 0; n < 40; n++) {
          await source.as('bob').post('/callPurposes', newPurpose({ name: `Own ${n}`, order: 500 - 3 * n }));
        }
        const { resources } = await source.as('bob').get('/callPurposes?page[size]=1000');

        const { code, stdout } = await trial.importing({
          args: ['--from', origin],
          env: { IMPORT_TOKEN: source.as('bob').token ?? '' },
        });

        expect({ code, stdout }).toEqual({
          code: 0,
          stdout: expect.stringContaining(`${resources.length} created, 0 updated`),
        });
        expect(await trial.listed()).toEqual(resources.map(({ attributes }) => [attributes.name, attributes.order]));
        await source.close();
      },
    );
  });
});
