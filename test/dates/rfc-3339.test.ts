import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newCall } from '../helper/documents.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';

describe('A date and time', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
  });
  afterAll(() => service.close());

  const create = (dialedAt: string) => client.post('/calls', newCall({ dialedAt }));
  const filter = (value: string) => client.get(`/calls?filter[dialedAt]=${encodeURIComponent(value)}&sort=-id`);

  it.each([
    ['without a fraction', '2026-01-01T10:20:30Z', '2026-01-01T10:20:30.000Z'],
    ['with one digit', '2026-01-01T10:20:30.1Z', '2026-01-01T10:20:30.100Z'],
    ['with seven digits, as .NET writes it', '2026-01-01T10:20:30.1234567Z', '2026-01-01T10:20:30.123Z'],
    ['with nine digits, as Go writes it', '2026-01-01T10:20:30.123999999Z', '2026-01-01T10:20:30.123Z'],
    ['with many digits', `2026-01-01T10:20:30.9${'9'.repeat(200)}+00:00`, '2026-01-01T10:20:30.999Z'],
    ['in lower case', '2026-01-01t10:20:30.5z', '2026-01-01T10:20:30.500Z'],
    ['in an offset', '2026-01-01T10:20:30+02:00', '2026-01-01T08:20:30.000Z'],
    ['in an offset that no zone has', '2026-01-01T10:20:30-23:59', '2026-01-02T10:19:30.000Z'],
    ['in an unknown offset', '2026-01-01T10:20:30-00:00', '2026-01-01T10:20:30.000Z'],
    ['before the year 1, but not in UTC', '0000-12-31T23:30:00.25-01:00', '0001-01-01T00:30:00.250Z'],
    ['after the year 9999, but not in UTC', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999Z'],
    ['on a leap day', '2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['in a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['in a leap second elsewhere', '2015-06-30T16:59:60.75-07:00', '2015-07-01T00:00:00.750Z'],
  ])('May be %s', async (_, sent, kept) => {
    const { status, resource, errors } = await create(sent);
    expect({ errors, status, dialedAt: resource.attributes?.dialedAt }).toEqual({
      errors: [],
      status: 201,
      dialedAt: kept,
    });
    for (const text of [sent, kept]) expect(idsOf(await filter(text))[0]).toBe(resource.id);
    expect(idsOf(await filter(`${sent}..${sent}`))[0]).toBe(resource.id);
  });

  it.each([
    ['in the year 0', '0000-12-31T23:59:59.999Z'],
    ['before the year 1 in UTC', '0001-01-01T00:30:00+01:00'],
    ['after the year 9999 in UTC', '9999-12-31T23:30:00-01:00'],
    ['in a leap second after the year 9999', '9999-12-31T23:59:60Z'],
    ['in a second that is no leap second', '2026-01-01T10:20:60Z'],
    ['in a leap second of another place', '2016-12-31T23:59:60+01:00'],
    ['in a second 61', '2016-12-31T23:59:61Z'],
    ['at 24:00', '2026-01-01T24:00:00Z'],
    ['on a day that is not', '2026-02-29T00:00:00Z'],
    ['on a day that is not in that century', '1900-02-29T00:00:00Z'],
    ['in a month that is not', '2026-13-01T00:00:00Z'],
    ['without seconds', '2026-01-01T10:20Z'],
    ['without a zone', '2026-01-01T10:20:30'],
    ['in an offset that is none', '2026-01-01T10:20:30+24:00'],
    ['in an offset of 60 minutes', '2026-01-01T10:20:30+01:60'],
    ['with a fraction without digits', '2026-01-01T10:20:30.Z'],
    ['with a comma', '2026-01-01T10:20:30,5Z'],
    ['with a longer year', '+002026-01-01T10:20:30Z'],
    ['with a name of a zone', '2026-01-01T10:20:30Z[UTC]'],
    ['for ever', 'infinity'],
    ['now', 'now'],
    ['with other digits', '２０２６-01-01T10:20:30Z'],
    ['with a line break', '2026-01-01T10:20:30Z\n'],
  ])('Cannot be %s', async (_, text) => {
    const { status, errors } = await create(text);
    expect({ status, source: errors[0]?.source }).toEqual({
      status: 422,
      source: { pointer: '/data/attributes/dialedAt' },
    });
    if (!text.includes(',')) expectRefusal(await filter(text), 422, 'filter[dialedAt]');
  });
});
