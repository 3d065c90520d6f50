import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { change, newCall, pathOf } from '../helper/documents.js';

describe('Attributes', () => {
  let service: Service;
  let grace: Client;
  let call: ResourceObject;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
    call = (await grace.post('/calls', newCall())).resource;
  });
  afterAll(() => service.close());

  const HOST = 'https://recordings.example.com/';

  /** Puts a short form of the value between name and value, for the title of the test. */
  const labelled = (cases: [name: string, value: unknown][]) =>
    cases.map(([name, value]) => {
      const text = JSON.stringify(value);
      return [name, text.length > 60 ? `${text.slice(0, 30)}… (${text.length - 2} units)` : text, value] as const;
    });

  /** What a value comes back as: from the answer and, the same, from the next GET. */
  async function written(name: string, value: unknown): Promise<unknown> {
    const { status, resource } = await grace.patch(pathOf(call), change(call, { [name]: value }));
    expect(status).toBe(200);
    const read = (await grace.get(pathOf(call))).resource.attributes[name];
    expect(resource.attributes[name]).toEqual(read);
    return read;
  }

  async function expectRefusal(name: string, value: unknown): Promise<void> {
    const before = await grace.get(pathOf(call));
    const calls = await service.sql('select count(*) as n from call');

    for (const { status, errors } of [
      await grace.post('/calls', newCall({ [name]: value })),
      await grace.patch(pathOf(call), change(call, { [name]: value })),
    ]) {
      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: `/data/attributes/${name}` } }),
      ]);
    }
    expect((await grace.get(pathOf(call))).text).toBe(before.text);
    expect(await service.sql('select count(*) as n from call')).toEqual(calls);
  }

  describe('An attribute of a call', () => {
    it.each(
      labelled([
        ['direction', 'inbound'],
        ['direction', 'outbound'],
        ['from', '+49 30 901820'],
        ['from', '📞'.repeat(255)],
        ['to', 'x'.repeat(255)],
        ['outcome', 'Answered'],
        ['outcome', 'Not Answered'],
        ['note', 'x'.repeat(65_535)],
        ['note', '📞'.repeat(65_535)],
        ['note', 'Two lines\r\nand a\ttab'],
        ['note', ''],
        ['tags', []],
        ['tags', ['hot', 'hot', 'Köln']],
        ['tags', ['a,b', '{c}', 'd"e', 'f\\g', 'NULL', "h'i", ' j ', '📞']],
        ['recordingUrl', 'http://example.com'],
        ['recordingUrl', 'http://localhost:9000/recordings/7.mp3'],
        ['recordingUrl', 'https://192.0.2.7/7.mp3'],
        ['recordingUrl', 'https://recordings.example.com/2026/7.mp3?key=a%20b&x=1#t=10'],
        ['recordingUrl', 'https://user:secret@recordings.example.com/7'],
        ['recordingUrl', HOST + 'x'.repeat(255 - HOST.length)],
      ]),
    )('%s can be %s', async (name, _, value) => {
      expect(await written(name, value)).toEqual(value);
    });

    it.each(['from', 'to', 'outcome', 'note', 'recordingUrl', 'dialedAt', 'answeredAt', 'completedAt'])(
      '%s can be taken away',
      async (name) => {
        const values: Record<string, string> = { outcome: 'Answered', recordingUrl: HOST };
        await written(name, values[name] ?? '2026-03-01T08:00:00.000Z');

        expect(await written(name, null)).toBeNull();
      },
    );

    it.each(
      labelled([
        ['direction', 'sideways'],
        ['direction', 'Inbound'],
        ['direction', null],
        ['direction', 1],
        ['from', 'x'.repeat(256)],
        ['from', '📞'.repeat(256)],
        ['from', 'a\0b'],
        ['from', 'a\nb'],
        ['from', 'a\ud83d'],
        ['from', 4930],
        ['to', 'x'.repeat(256)],
        ['to', 'a\u0007b'],
        ['to', ['+49']],
        ['outcome', 'answered'],
        ['outcome', ''],
        ['outcome', true],
        ['note', 'x'.repeat(65_536)],
        ['note', '📞'.repeat(65_536)],
        ['note', 'a\0b'],
        ['note', 'a\udc00b'],
        ['note', 7],
        ['tags', 'hot'],
        ['tags', { 0: 'hot' }],
        ['tags', ['hot', 7]],
        ['tags', [['hot']]],
        ['tags', [null]],
        ['tags', ['a\0b']],
        ['tags', ['a\ud83d']],
        ['tags', null],
        ['recordingUrl', ''],
        ['recordingUrl', '7.mp3'],
        ['recordingUrl', 'recordings.example.com/7.mp3'],
        ['recordingUrl', '//recordings.example.com/7.mp3'],
        ['recordingUrl', 'ftp://recordings.example.com/7.mp3'],
        ['recordingUrl', 'javascript:alert(1)//http://example.com'],
        ['recordingUrl', 'data:text/html,hello'],
        ['recordingUrl', 'https://'],
        ['recordingUrl', HOST + 'x'.repeat(256 - HOST.length)],
        ['recordingUrl', `${HOST}a b`],
        ['recordingUrl', `${HOST}\0`],
        ['recordingUrl', `${HOST}\ud83d`],
        ['recordingUrl', 7],
        ['recordingUrl', [HOST]],
      ]),
    )('%s cannot be %s', async (name, _, value) => {
      await expectRefusal(name, value);
    });

    it('direction cannot be left out of a new call', async () => {
      const { status, errors } = await grace.post('/calls', { type: 'call', attributes: { from: '1' } });

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: '/data/attributes' } }),
      ]);
    });

    it.each([
      ['createdAt', '2026-03-01T08:00:00.000Z'],
      ['updatedAt', 'now'],
    ])('%s is read-only', async (name, value) => {
      await expectRefusal(name, value);
    });

    it.each(['id', 'version', 'callPurpose', 'user', 'userId', 'Direction'])('%s is none', async (name) => {
      await expectRefusal(name, '7');
    });
  });

  describe.each(['dialedAt', 'answeredAt', 'completedAt'])('The time %s of a call', (name) => {
    it.each([
      ['2019-08-24T14:15:22.000Z', '2019-08-24T14:15:22.000Z'],
      ['2019-08-24T14:15:22Z', '2019-08-24T14:15:22.000Z'],
      ['2019-08-24T14:15:22.1Z', '2019-08-24T14:15:22.100Z'],
      ['2019-08-24T14:15:22.000123Z', '2019-08-24T14:15:22.000Z'],
      ['2019-08-24T16:15:22.5+02:00', '2019-08-24T14:15:22.500Z'],
      ['2019-08-24T05:45:22-08:30', '2019-08-24T14:15:22.000Z'],
      ['2019-08-25T04:15:22+14:00', '2019-08-24T14:15:22.000Z'],
      ['2019-12-31T23:30:00-01:00', '2020-01-01T00:30:00.000Z'],
      ['2020-02-29T12:00:00Z', '2020-02-29T12:00:00.000Z'],
      ['1899-12-31T23:59:59.999Z', '1899-12-31T23:59:59.999Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ])('%s is kept as %s', async (sent, kept) => {
      expect(await written(name, sent)).toBe(kept);
      expect((await grace.get(`/calls?filter[${name}]=${kept}`)).resources.map(({ id }) => id)).toEqual([call.id]);
    });

    it.each([
      '2019-08-24T14:15:22',
      '2019-08-24',
      '2019-08-24 14:15:22Z',
      '2019-08-24T14:15Z',
      '2019-02-29T00:00:00Z',
      '2019-13-01T00:00:00Z',
      '2019-04-31T00:00:00Z',
      '2019-08-24T25:00:00Z',
      '2019-08-24T14:60:00Z',
      '2019-08-24T14:15:22+2',
      '2019-08-24T14:15:22+24:00',
      '2019-08-24T14:15:22 Europe/Berlin',
      '0000-12-31T23:59:59Z',
      '0001-01-01T00:00:00+00:01',
      '+10000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-00:01',
      'now',
      'infinity',
      '',
      1_566_656_122,
      true,
      ['2019-08-24T14:15:22Z'],
    ])('%j is refused', async (value) => {
      await expectRefusal(name, value);
    });

    it.each([
      ['2019-08-24T14:15:22+23:59', '2019-08-23T14:16:22.000Z'],
      ['2019-08-24T14:15:22-16:00', '2019-08-25T06:15:22.000Z'],
    ])('%s, with an offset that no place has but RFC 3339 allows, is kept as %s or refused', async (value, kept) => {
      const { status, resource } = await grace.post('/calls', newCall({ [name]: value }));

      expect([201, 422]).toContain(status);
      if (status === 201) expect(resource.attributes[name]).toBe(kept);
    });

    it('Stays in year 9999 when a part of a millisecond is rounded', async () => {
      const { status, resource } = await grace.post('/calls', newCall({ [name]: '9999-12-31T23:59:59.9999Z' }));

      expect([201, 422]).toContain(status);
      if (status === 201) expect(resource.attributes[name]).toBe('9999-12-31T23:59:59.999Z');
    });

    it.each(['2019-08-24T14:15:22+23:59', '2019-08-24T14:15:22-16:00', '9999-12-31T23:59:59.9999Z'])(
      'Can be filtered by %s, or that is refused',
      async (value) => {
        const { status } = await grace.get(`/calls?filter[${name}]=${encodeURIComponent(value)}`);

        expect([200, 422]).toContain(status);
      },
    );
  });
});
