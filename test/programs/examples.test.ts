import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { cleanUp, runCommand } from '../helper/process.js';

describe('The examples', () => {
  const ROOT = fileURLToPath(new URL('../..', import.meta.url));

  const FILES = readdirSync(join(ROOT, 'examples'));

  /** The language of Markdown for what an example's name ends with. */
  const LANGUAGES: Record<string, string> = { mjs: 'js', sh: 'sh', ts: 'ts' };

  const withCurl = spawnSync('curl', ['--version']).status === 0;

  let service: Service;
  let env: Record<string, string>;

  beforeAll(async () => {
    service = await build();
    const { token = '' } = service.as('grace', { scopes: ['callPurposes.all'] });
    env = { API_URL: `${await service.listen()}/api/v2`, TOKEN: token };
  });
  afterAll(async () => {
    await service.close();
    await cleanUp();
  });

  /** Runs an example to its end. @returns the lines that it printed */
  async function linesOf(command: string, file: string): Promise<string[]> {
    const { code, stdout, stderr } = await runCommand(command, [join(ROOT, 'examples', file)], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').filter(Boolean);
  }

  /** The ready-made collection as lines, in display order. */
  const readyMade = async () =>
    (
      await service.sql<{ line: string }>(`select "order" || ' ' || name as line from call_purpose
    where creator_id is null order by "order"`)
    ).map(({ line }) => line);

  /** What the examples made is gone from the API, and they did make it. */
  async function expectDeleted(orders: number[]): Promise<void> {
    const made = await service.sql(
      `select "order" from call_purpose where name = 'Win-back' and deleted_at is not null order by id`,
    );
    expect(made).toEqual(orders.map((order) => ({ order })));
    await service.sql(`delete from call_purpose where name = 'Win-back' and deleted_at is not null`);
  }

  const afterwards = ['created Win-back', 'moved to 1'];

  it('Work with fetch', async () => {
    expect(await linesOf(process.execPath, 'fetch.mjs')).toEqual([
      ...(await readyMade()),
      ...afterwards,
      "422 validationError: 'name' is taken by another call purpose.",
      'deleted',
    ]);
    await expectDeleted([1]);
  });

  it('Work with Kitsu', async () => {
    expect(await linesOf(process.execPath, 'kitsu.mjs')).toEqual([
      ...(await readyMade()).reverse().slice(0, 2),
      ...afterwards,
      "validationError: 'name' is taken by another call purpose.",
      'deleted',
    ]);
    await expectDeleted([1]);
  });

  (withCurl ? it : it.skip)(`Work with curl${withCurl ? '' : ' (skipped: curl is not installed)'}`, async () => {
    const documents = (await linesOf('sh', 'curl.sh')).map((line) => JSON.parse(line) as { data: unknown });
    expect(documents.map(({ data }) => data)).toEqual([
      [
        expect.objectContaining({ attributes: { name: 'Initial Contact' } }),
        expect.objectContaining({ attributes: expect.objectContaining({ name: expect.any(String) }) }),
      ],
      [expect.objectContaining({ meta: { canWrite: true, canDelete: true } })],
      expect.objectContaining({ attributes: expect.objectContaining({ name: 'Win-back', order: 1 }) }),
    ]);
    await expectDeleted([1]);
  });

  it('Are what the documentation shows, which shows no others', () => {
    const page = readFileSync(join(ROOT, 'docs', 'clients.md'), 'utf8');
    const shown = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({ language, code }));
    expect(shown).toEqual(
      expect.arrayContaining(
        FILES.map((file) => ({
          language: LANGUAGES[file.replace(/.*\./, '')],
          code: readFileSync(join(ROOT, 'examples', file), 'utf8'),
        })),
      ),
    );
    expect(shown).toHaveLength(FILES.length);
    for (const file of FILES) expect(page).toContain(`(../examples/${file})`);
  });
});
