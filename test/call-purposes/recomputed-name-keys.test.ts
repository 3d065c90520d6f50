import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { type TestDatabase, changedTestDatabase } from '../helper/database.js';
import { newPurpose } from '../helper/documents.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

interface Row {
  id: number;
  name: string;
  key: string;
  deleted?: boolean;
}

/** With the key that an older release gives it: in lower case, not folded. */
const named = (id: number, name: string): Row => ({ id, name, key: name.toLowerCase() });

const inserted = (rows: Row[]): string => `
  insert into call_purpose (id, name, name_key, "order", updated_at, deleted_at) overriding system value
  select id, name, key, id, '2026-11-01T12:00:00Z', case when deleted then timestamptz '2026-11-02T12:00:00Z' end
  from json_to_recordset('${JSON.stringify(rows)}') as given (id bigint, name text, key text, deleted boolean)`;

const namesFrom = async (service: Service, from: number, to: number) =>
  (await service.as('ada').get(`/callPurposes?filter[id]=${from}..${to}&sort=id&page[size]=1000`)).resources.map(
    ({ id, attributes }) => [Number(id), attributes.name],
  );

const create = async (service: Service, name: string) =>
  (await service.as('ada').post('/callPurposes', newPurpose({ name }))).status;

describe('Name keys that are not those of this release', () => {
  const long = '📞'.repeat(254);

  const ROWS = [
    ...[named(100, 'ΟΔΟΣ'), named(101, 'Fuß'), { ...named(102, 'Reißen'), deleted: true }],
    ...[named(110, 'STRASSE'), named(111, 'Straße'), { ...named(112, 'straße'), deleted: true }],
    ...[named(120, 'Maß'), named(121, 'MASS'), named(122, 'M\u200bass'), named(123, 'De\u200bmo')],
    ...[named(130, 'Spaß'), named(131, 'spass (132)'), named(132, 'SPASS')],
    ...[named(140, long), named(141, `${long}\u200b`)],
    ...[named(150, `a${' '.repeat(250)}Maß`), named(151, `a${' '.repeat(250)}MASS`)],
    ...Array.from({ length: 1_201 }, (_, index) => named(1_000 + index, `Größe ${index}`)),
  ];

  let database: TestDatabase;
  let service: Service;
  const lines: string[] = [];

  beforeAll(async () => {
    database = await changedTestDatabase(inserted(ROWS));
    for (const method of ['warn', 'log'] as const)
      jest.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
    service = await build({ LOG_LEVEL: 'info' }, database);
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  it('Are recomputed at the start, and nothing else of the purposes changes', async () => {
    const rows = await service.sql(
      'select name_key, version, updated_at::text from call_purpose where id between 100 and 109 order by id',
    );
    const others = { version: 1, updated_at: expect.stringMatching(/^2026-11-01/) };
    expect(rows).toEqual(['οδοσ', 'fuss', 'reissen'].map((key) => ({ name_key: key, ...others })));

    expect(await create(service, 'οδος')).toBe(422);
    expect(await create(service, 'FUSS')).toBe(422);
    expect(await create(service, 'REISSEN')).toBe(201);
  });

  it('Are recomputed however many there are', async () => {
    expect(await service.sql(`select count(*)::integer as n from call_purpose where name_key like 'grösse %'`)).toEqual(
      [{ n: 1_201 }],
    );
  });

  it('Leave the name to the oldest where two are the same now, and give the others their ids', async () => {
    expect(await namesFrom(service, 110, 129)).toEqual([
      [110, 'STRASSE'],
      [111, 'Straße (111)'],
      [120, 'Maß'],
      [121, 'MASS (121)'],
      [122, 'M\u200bass (122)'],
      [123, 'De\u200bmo (123)'],
    ]);
    expect(
      await service.sql('select id::integer, version from call_purpose where id between 110 and 112 order by id'),
    ).toEqual([
      { id: 110, version: 1 },
      { id: 111, version: 2 },
      { id: 112, version: 1 },
    ]);
    expect(await create(service, 'strasse (111)')).toBe(422);
  });

  it('Give no name that is taken, and none of more than 255 characters', async () => {
    expect(await namesFrom(service, 130, 159)).toEqual([
      [130, 'Spaß'],
      [131, 'spass (132)'],
      [132, 'SPASS (132-2)'],
      [140, long],
      [141, `${'📞'.repeat(249)} (141)`],
      [150, `a${' '.repeat(250)}Maß`],
      [151, 'a (151)'],
    ]);
  });

  it('Are told in the log, with the rule', () => {
    const told = lines.filter((line) => /purpose/.test(line));
    expect(told).toHaveLength(8);
    expect(told).toContain(
      'Call purpose 111 is now "Straße (111)": "Straße" counts as the same name as "STRASSE", of call purpose 110, and the older one keeps it.',
    );
    expect(told.at(-1)).toMatch(
      /^Recomputed 12\d\d keys of call purposes' names \(NFKC_Casefold, Unicode 17\.0\.0\)\.$/,
    );
  });
});

describeUnless('Name keys under several services', withoutServer)('Name keys under several services', () => {
  let database: TestDatabase;
  let services: Service[] = [];

  afterEach(async () => {
    await Promise.all(services.map((service) => service.close()));
    await database.drop();
    services = [];
  });

  async function start(): Promise<Service> {
    const service = await build({}, database);
    services.push(service);
    return service;
  }

  it('Are recomputed once when they start at once', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => 1_000 + 3 * index).flatMap((id) => [
      named(id, `Maß ${id}`),
      named(id + 1, `MASS ${id}`),
      named(id + 2, `m\u200bass ${id}`),
    ]);
    database = await changedTestDatabase(inserted(rows));

    const [service] = await Promise.all(Array.from({ length: 3 }, start));

    expect(await namesFrom(service as Service, 1_000, 2_000)).toEqual(
      rows.map(({ id, name }) => [id, name.startsWith('Maß') ? name : `${name} (${id})`]),
    );
    expect(
      await service?.sql(
        `select version, count(*)::integer as n from call_purpose where id >= 1000 group by 1 order by 1`,
      ),
    ).toEqual([
      { version: 1, n: 40 },
      { version: 2, n: 80 },
    ]);
  }, 90_000);

  it('Are mended at the next start when an older release has written them meanwhile', async () => {
    database = await changedTestDatabase(inserted([named(100, 'STRASSE')]));
    const service = await start();
    await service.sql(inserted([named(101, 'Straße'), named(102, 'Fuß')]));
    expect(await create(service, 'FUSS')).toBe(201);
    await service.sql(`delete from call_purpose where name = 'FUSS'`);

    await start();

    const isMended = async () => (await namesFrom(service, 101, 101))[0]?.[1] !== 'Straße';
    for (const from = performance.now(); !(await isMended()); await sleep(20))
      expect(performance.now() - from).toBeLessThan(5_000);
    expect(await namesFrom(service, 100, 109)).toEqual([
      [100, 'STRASSE'],
      [101, 'Straße (101)'],
      [102, 'Fuß'],
    ]);
    expect(await create(service, 'FUSS')).toBe(422);
  });
});
