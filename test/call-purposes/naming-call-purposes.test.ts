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
      ['an emoji of a digit, a variation selector and a mark', '1\ufe0f\u20e3'],
      ['letters with characters between that show nothing', 'De\u00admo \u3164 with a soft hyphen'],
      ['a sign that spans the digits after it', '\u0600'],
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
      ['a Hangul filler', '\u3164'],
      ['a halfwidth Hangul filler', '\uffa0'],
      ['an empty Braille pattern', '\u2800'],
      ['a variation selector', '\ufe0f'],
      ['a variation selector beyond the basic plane', '\u{e0100}'],
      ['a combining grapheme joiner', '\u034f'],
      ['a tag', '\u{e0041}'],
      ['an accent without a letter', '\u0301'],
      ['an enclosing circle without a letter', '\u20dd'],
      ['an Ogham space', '\u1680'],
      ['several of them', ' \u3164\u2800\ufe0f\u0301\u200e'],
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
      ['letters that turn into several', 'Straße', 'STRASSE'],
      ['the capital sharp s', 'GROẞ', 'gross'],
      ['the two small letters of one capital', 'ς alone', 'σ ALONE'],
      ['a letter with a mark that folds into another letter', '\u1fb4', '\u0391\u0345\u0301'],
      ['a long s', 'ſafe', 'SAFE'],
      ['a sign that stands for letters', 'K ℡', 'k tel'],
      ['Cherokee letters in another case', 'ᏣᎳᎩ', 'ꮳꮃꭹ'],
      ['characters that show nothing', 'De\u200bmo\u00ad call\ufe0f', 'Demo call'],
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

    it.each([
      ['with and without an accent', 'Resume', 'Résumé'],
      ['with a dotless i and a dotted one', 'Dıal', 'Dial'],
      ['with a dotted capital I and a plain one', 'İSTANBUL', 'ISTANBUL'],
      ['of alike letters of two scripts', 'Скоро', 'Cкоро'],
    ])('Tells names %s apart', async (_, first, second) => {
      await created(first);

      expect((await create(second)).status).toBe(201);
    });

    it('Holds for names that are short as they are written and long when they are compared', async () => {
      // One character that stands for eighteen.
      const name = '\ufdfa'.repeat(255);
      expect((await created(name)).attributes.name).toBe(name);

      expect((await create(name.normalize('NFKC').slice(0, 255))).status).toBe(201);
      expect((await create(name)).errors).toEqual([taken]);
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

    it.each([
      ['a new one', {}],
      ['a new one that may be repeated', { 'idempotency-key': '"8e03978e"' }],
    ])('Is told with a link to the purpose that has the name: to %s', async (_, headers) => {
      const purpose = await created(`Escalation ${Object.keys(headers).length}`);

      const name = String(purpose.attributes.name).toUpperCase();
      const { errors } = await grace.post('/callPurposes', newPurpose({ name }), {
        host: 'api.example.com',
        ...headers,
      });

      expect(errors).toEqual([{ ...errors[0], links: { about: `http://api.example.com/api/v2${pathOf(purpose)}` } }]);
      expect((await grace.get(errors[0]?.links?.about ?? '')).resource.id).toBe(purpose.id);
    });

    it('Is told with a link to the purpose that has the name: to one that is renamed', async () => {
      const purpose = await created('Complaint');
      const other = await created('Compliment');

      const { errors } = await grace.patch(pathOf(other), change(other, { name: 'complaint' }));

      expect(errors[0]?.links).toEqual({ about: purpose.links.self });
    });

    it('Is told without a link when the purpose that had the name is gone meanwhile', async () => {
      const purpose = await created('Vanishing');
      await grace.delete(pathOf(purpose));
      // Its key still stands in the way for a moment.
      await service.sql('alter index call_purpose_name_key rename to proper');
      await service.sql(
        `create unique index call_purpose_name_key on call_purpose (name_key) where name_key = 'vanishing'`,
      );
      const { status, errors } = await create('Vanishing');
      await service.sql('drop index call_purpose_name_key');
      await service.sql('alter index proper rename to call_purpose_name_key');

      expect(status).toBe(422);
      expect(errors).toEqual([taken]);
      expect(errors[0]).not.toHaveProperty('links');
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
