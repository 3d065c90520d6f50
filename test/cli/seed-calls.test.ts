import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedCalls } from '../../src/cli/programs/seed-calls.js';
import { type Service, build } from '../helper/build.js';
import type { TestDatabase } from '../helper/database.js';
import { createProgramDatabase } from '../helper/process.js';
import { runHere } from '../helper/terminal.js';

describe('The seed:calls command', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createProgramDatabase();
  });
  afterAll(() => database.drop());

  const seed = (...args: string[]) => runHere(seedCalls, ['--until', '2026-11-24', ...args], database.env);

  async function withService(task: (service: Service) => Promise<void>): Promise<void> {
    const service = await build({}, database);
    await task(service).finally(() => service.close());
  }

  it('Adds so many calls, which the service shows', async () => {
    const { code, stdout, stderr } = await seed('--count', '120');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^120 calls added in [\d.]+ s\.\n$/);
    await withService(async (service) => {
      const { document, resources } = await service.as('ada').get('/calls?count=true&include=user,callPurpose');
      expect(document.meta).toMatchObject({ count: 120 });
      expect(resources[0]?.attributes).toMatchObject({
        direction: expect.stringMatching(/bound$/),
        from: expect.any(String),
      });
      expect(document.included?.map(({ type }) => type)).toEqual(expect.arrayContaining(['user', 'callPurpose']));
    });
  });

  it('Adds the same calls for the same seed, beside those that there are, and with the purposes that are asked for', async () => {
    for (let round = 0; round < 2; round++) {
      const { code } = await seed('--count', '20', '--seed', '7', '--purposes', '3,5');
      expect(code).toBe(0);
    }
    await withService(async (service) => {
      const { resources } = await service
        .as('ada')
        .get('/calls?sort=-id&page[size]=40&fields[call]=from,to,note,dialedAt,callPurpose');
      const seen = resources.map(({ attributes, relationships }) => ({
        attributes,
        purpose: relationships.callPurpose?.data?.id,
      }));
      expect(seen.slice(0, 20)).toEqual(seen.slice(20));
      expect(new Set(seen.map(({ purpose }) => purpose ?? '3'))).toEqual(new Set(['3', '5']));
    });
  });

  it.each([
    [['--purposes', '3,999'], 'There is no call purpose with the id 999.\n'],
    [['--count', 'many'], expect.stringContaining('It must be an integer from 1 to 1000000000.')],
    [['--until', 'soon'], expect.stringContaining('It must be a date such as 2026-11-24.')],
  ])('Adds nothing with %s', async (args, stderr) => {
    expect(await seed(...args)).toEqual({ code: 1, stdout: '', stderr });
  });
});
