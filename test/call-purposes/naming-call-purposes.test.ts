import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';

describe('Naming', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
  });
  afterAll(() => service.close());

  const create = (name: unknown) => grace.post('/callPurposes', newPurpose({ name }));
  const created = async (name: string): Promise<ResourceObject> => (await create(name)).resource;
  const taken = expect.objectContaining({
    code: 'validationError',
    status: '422',
    source: { pointer: '/data/attributes/name' },
  });

  describe('The name of a call purpose', () => {
    it.each([
      ['one character', 'x'],
      ['255 characters', 'x'.repeat(255)],
      ['255 characters beyond the basic plane', '📞'.repeat(255)],
      ['letters of several scripts', 'Überprüfung 確認 проверка بررسی'],
      ['an emoji of several code points', '👩‍💻 Demo'],
      ['quotes, signs and markup', `<b>"R&D" — O'Neill's; drop table call_purpose; --</b> \\ %`],
    ])('Can be %s', async (_, name) => {
      const { status, resource } = await create(name);

      expect(status).toBe(201);
      expect(resource.attributes.name).toBe(name);
      expect((await grace.get(pathOf(resource))).resource.attributes.name).toBe(name);
    });

    it.each([
      ['empty', ''],
      ['blank', '  \t\u3000'],
      ['of characters without width alone', '\u200b\u200d\u2060'],
      ['of 256 characters', 'x'.repeat(256)],
      ['of 256 characters beyond the basic plane', '📞'.repeat(256)],
      ['a text with NUL', 'a\0b'],
      ['a text with a line break', 'a\nb'],
      ['a text with a tab', 'a\tb'],
      ['a text with an escape character', 'a\u001b[31mb'],
      ['a text with DEL', 'a\u007fb'],
      ['a text with a C1 control character', 'a\u0085b'],
      ['a text with the first half of a surrogate pair', 'a\ud83d'],
      ['a text with the second half of a surrogate pair', '\udc00b'],
      ['a number', 5],
      ['a boolean', true],
      ['null', null],
      ['an array', ['Demo']],
      ['an object', { en: 'Demo' }],
    ])('Cannot be %s', async (_, name) => {
      const [before] = await service.sql('select count(*) as n from call_purpose');

      const { status, errors } = await create(name);

      expect(status).toBe(422);
      expect(errors).toEqual([taken]);
      expect(await service.sql('select count(*) as n from call_purpose')).toEqual([before]);
    });

    it('Cannot be left out of a new one', async () => {
      const { status, errors } = await grace.post('/callPurposes', newPurpose({ order: 1 }));

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: '/data/attributes' } }),
      ]);
    });

    it.each([
      ['\t Trimmed by ASCII \n', 'Trimmed by ASCII'],
      ['\u00a0\u3000Trimmed by Unicode\u2003\ufeff', 'Trimmed by Unicode'],
      [`  ${'y'.repeat(255)}  `, 'y'.repeat(255)],
    ])('Loses the white space around it: %j', async (sent, name) => {
      const { status, resource } = await create(sent);

      expect(status).toBe(201);
      expect(resource.attributes.name).toBe(name);
      expect(await service.sql('select name from call_purpose where id = ?', [resource.id])).toEqual([{ name }]);
    });
  });

  describe('The uniqueness of names', () => {
    it.each([
      ['letters in another case', 'Onsite', 'oNSITE'],
      ['letters beyond ASCII in another case', 'ÜBUNG', 'übung'],
      ['Cyrillic letters in another case', 'Звонок', 'ЗВОНОК'],
      ['Greek letters in another case', 'ΟΔΟΣ', 'οδος'],
      ['letters beyond the basic plane in another case', '𐐀𐐁', '𐐨𐐩'],
      ['an accent as a character of its own', 'Café', 'CAFE\u0301'],
      ['a ligature', 'ﬁnal', 'FINAL'],
      ['wide letters', 'Ｗｉｄｅ', 'wide'],
      ['white space around it', 'Outbound', ' outbound '],
    ])('Ignores %s', async (_, first, second) => {
      await created(first);

      const { status, errors } = await create(second);

      expect(status).toBe(422);
      expect(errors).toEqual([taken]);
    });

    it('Covers the ready-made purposes', async () => {
      const { status, errors } = await create('initial CONTACT');

      expect(status).toBe(422);
      expect(errors).toEqual([taken]);
    });

    it('Tells names with and without an accent apart', async () => {
      await created('Resume');

      expect((await create('Résumé')).status).toBe(201);
    });

    it('Lets a purpose take its own name in another case', async () => {
      const purpose = await created('Handover');

      const { status, resource } = await grace.patch(pathOf(purpose), change(purpose, { name: 'HANDOVER' }));

      expect(status).toBe(200);
      expect(resource.attributes.name).toBe('HANDOVER');
      expect((await create('handover')).status).toBe(422);
    });

    it('Keeps a purpose from taking the name of another', async () => {
      await created('Kick-off');
      const purpose = await created('Retrospective');

      const { status, errors } = await grace.patch(pathOf(purpose), change(purpose, { name: 'KICK-OFF', order: 77 }));

      expect(status).toBe(422);
      expect(errors).toEqual([taken]);
      expect((await grace.get(pathOf(purpose))).resource).toEqual(purpose);
    });

    it('Frees the old name of a renamed purpose', async () => {
      const purpose = await created('Old name');
      await grace.patch(pathOf(purpose), change(purpose, { name: 'New name' }));

      expect((await create('old name')).status).toBe(201);
      expect((await create('new name')).status).toBe(422);
    });

    it('Frees the name of a deleted purpose', async () => {
      const first = await created('Phoenix');
      await grace.delete(pathOf(first));

      const { status, resource } = await create('PHOENIX');

      expect(status).toBe(201);
      expect(resource.id).not.toBe(first.id);
      expect((await grace.get(pathOf(first))).status).toBe(404);
      await grace.delete(pathOf(resource));
      expect((await create('Phoenix')).status).toBe(201);
    });
  });
});
