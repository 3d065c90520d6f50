import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Service, build } from '../helper/build.js';
import { createTestDatabase } from '../helper/database.js';
import { newCall } from '../helper/documents.js';
import { type DateDefaults, INSTANTS, sayIn } from '../helper/instants.js';
import { idsOf, walk } from '../helper/pages.js';
import { cleanUp, makeDataDirectory } from '../helper/process.js';

const DEFAULTS: DateDefaults[] = [
  { TimeZone: 'UTC', DateStyle: 'Postgres, MDY', IntervalStyle: 'postgres' },
  { TimeZone: 'Europe/Berlin', DateStyle: 'German, DMY', IntervalStyle: 'sql_standard' },
  { TimeZone: 'America/New_York', DateStyle: 'SQL, DMY', IntervalStyle: 'iso_8601' },
  { TimeZone: 'Asia/Kolkata', DateStyle: 'ISO, YMD', IntervalStyle: 'postgres_verbose' },
];

const named = DEFAULTS.map((defaults) => [Object.values(defaults).join(' and '), defaults] as const);

describe('Whatever the database says of dates', () => {
  let service: Service;
  let drop: () => Promise<void>;

  afterEach(async () => {
    await service?.close();
    await drop?.();
  });

  it.each(named)('What is sent is what comes back: %s', async (_, defaults) => {
    const database = process.env.TEST_DATABASE_URL ? await onServer(defaults) : await embedded(defaults);
    ({ drop } = database);
    service = await build({}, database);
    const client = service.as('ada');

    const ids: string[] = [];
    for (const dialedAt of INSTANTS) {
      const { status, resource } = await client.post('/calls', newCall({ dialedAt, from: 'api' }));
      expect({ status, dialedAt: resource.attributes.dialedAt }).toEqual({ status: 201, dialedAt });
      ids.push(resource.id);
    }
    for (const [index, instant] of INSTANTS.entries()) {
      const attributes = { answeredAt: instant, completedAt: instant.replace('Z', '+00:00') };
      const { resource } = await client.patch(`/calls/${ids[index]}`, { type: 'call', id: ids[index], attributes });
      const times = { dialedAt: instant, answeredAt: instant, completedAt: instant };
      expect(resource.attributes).toMatchObject(times);
    }

    // Found by their own values, as other places write them, and between their neighbours.
    const found = async (filter: string) => idsOf(await client.get(`/calls?filter[dialedAt]=${filter}&sort=dialedAt`));
    expect(await found(INSTANTS.join())).toEqual(ids);
    expect(await found(INSTANTS.slice(1, 7).map(inKolkata).join())).toEqual(ids.slice(1, 7));
    expect(await found(`${INSTANTS[1]}..${INSTANTS[6]}`)).toEqual(ids.slice(1, 7));

    for (const sort of ['dialedAt', '-answeredAt', 'completedAt,-dialedAt']) {
      const expected = sort.startsWith('-') ? ids.toReversed() : ids;
      const pages = await walk(client, `/calls?sort=${sort}&page[size]=3`);
      expect(pages.flatMap(idsOf)).toEqual(expected);
      const back = await walk(client, String(pages.at(-1)?.document.links.prev), 'prev');
      expect(back.toReversed().flatMap(idsOf)).toEqual(expected.slice(0, 6));
    }

    // By SQL it is the same instant, and what is written by SQL is what the API shows.
    const [same] = await service.sql<{ count: string }>(
      `select count(*) from call join unnest(?::text[]) as sent on dialed_at = sent::timestamptz where "from" = 'api'`,
      [`{${INSTANTS.join()}}`],
    );
    expect(Number(same?.count)).toBe(INSTANTS.length);
    await service.sql(
      `insert into call (direction, "from", dialed_at) select 'inbound', 'sql', sent::timestamptz from unnest(?::text[]) as sent`,
      [`{${INSTANTS.join()}}`],
    );
    const { resources } = await client.get('/calls?filter[from]=sql&sort=dialedAt');
    expect(resources.map(({ attributes }) => attributes.dialedAt)).toEqual(INSTANTS);
    for (const { attributes } of resources) expectNow(attributes.createdAt, attributes.updatedAt);
    const users = await client.get('/users');
    for (const { attributes } of users.resources) expectNow(attributes.createdAt, attributes.updatedAt);
  });
});

function expectNow(...timestamps: unknown[]): void {
  for (const timestamp of timestamps) {
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(String(timestamp)) - Date.now())).toBeLessThan(60_000);
  }
}

/** The same instant as a client there writes it, percent-encoded. */
const inKolkata = (instant: string): string =>
  new Date(Date.parse(instant) + 5.5 * 3_600_000).toISOString().replace('Z', '%2B05:30');

/** A database on the server whose sessions begin with that. */
async function onServer(defaults: DateDefaults) {
  const database = await createTestDatabase();
  const client = new pg.Client(database.env.DATABASE_URL);
  await client.connect();
  const { pathname } = new URL(database.env.DATABASE_URL ?? '');
  // For the role in this database, which is what wins over server, database and role.
  for (const [name, value] of Object.entries(defaults))
    await client.query(`alter role current_user in database ${pathname.slice(1)} set ${name} = '${value}'`);
  await client.end();
  return database;
}

async function embedded(defaults: DateDefaults) {
  const directory = makeDataDirectory();
  await sayIn(directory, defaults);
  return { env: { DATA_DIR: directory }, drop: cleanUp };
}
