import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { type CallValues, insertCalls, insertPurposes, insertUsers } from '../helper/rows.js';

describe('Filters', () => {
  let service: Service;
  let client: Client;
  let ids: Record<string, string>;
  let purpose: string;
  let deleted: string;
  let user: string;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    [purpose = '', deleted = ''] = await insertPurposes(service, ['Kept', 'Buried']);
    [user = ''] = await insertUsers(service, ['grace']);
    const calls: Record<string, CallValues> = {
      plain: { from: 'Ada', to: 'one', direction: 'inbound', outcome: 'Answered', dialedAt: '2024-03-01T00:00:00Z' },
      lower: { from: 'ada', to: 'two', outcome: 'Not Answered', dialedAt: '2024-03-01T12:30:15Z' },
      comma: { from: 'Ada, Grace', to: 'three', dialedAt: '2024-03-01T12:30:15.250Z', callPurpose: purpose },
      dots: { from: 'a..b', to: 'four', dialedAt: '2024-03-02T00:00:00Z', callPurpose: purpose, user },
      accent: { from: 'Žofie 📞', to: '+420 1', dialedAt: '2024-03-03T00:00:00Z', callPurpose: deleted },
      silent: { from: null, to: null },
    };
    const inserted = await insertCalls(service, Object.values(calls));
    ids = Object.fromEntries(Object.keys(calls).map((name, index) => [name, inserted[index] ?? '']));
    await service.sql('update call_purpose set deleted_at = now() where id = ?', [deleted]);
  });
  afterAll(() => service.close());

  /** The names of the calls that the filters find, in the order of their ids. */
  async function found(query: string): Promise<string[]> {
    const answer = await client.get(`/calls?${query}`);
    expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: [] });
    return idsOf(answer).map((id) => Object.keys(ids).find((name) => ids[name] === id) ?? id);
  }

  describe('Filtering in the older syntax', () => {
    it('Finds the rows with exactly that text', async () => {
      expect(await found('filter[from]=Ada')).toEqual(['plain']);
      expect(await found('filter[from]=ada')).toEqual(['lower']);
      expect(await found(`filter[from]=${encodeURIComponent('Žofie 📞')}`)).toEqual(['accent']);
      expect(await found('filter[from]=Ad')).toEqual([]);
      expect(await found('filter[from]=Ada%20')).toEqual([]);
      expect(await found('filter[from]=')).toEqual([]);
    });

    it('Takes % and _ in a text for themselves', async () => {
      expect(await found('filter[from]=A%25')).toEqual([]);
      expect(await found('filter[from]=A_a')).toEqual([]);
    });

    it('Finds the rows with any of the values between commas', async () => {
      expect(await found('filter[from]=Ada,ada,nobody')).toEqual(['plain', 'lower']);
      expect(await found('filter[to]=four,__null__')).toEqual(['dots', 'silent']);
    });

    it('Finds the rows in a range, both ends included', async () => {
      expect(await found('filter[dialedAt]=2024-03-01T12:30:15Z..2024-03-02T00:00:00Z')).toEqual([
        'lower',
        'comma',
        'dots',
      ]);
      expect(await found('filter[dialedAt]=2024-03-02..inf')).toEqual(['dots', 'accent']);
      expect(await found('filter[dialedAt]=neginf..2024-03-01')).toEqual(['plain']);
      expect(await found('filter[dialedAt]=neginf..inf')).toEqual(['plain', 'lower', 'comma', 'dots', 'accent']);
      expect(await found('filter[dialedAt]=2024-03-03..2024-03-02')).toEqual([]);
    });

    it('Takes several ranges and values together', async () => {
      expect(await found('filter[dialedAt]=neginf..2024-03-01,2024-03-03..inf,__null__')).toEqual([
        'plain',
        'accent',
        'silent',
      ]);
    });

    it('Compares texts in a range by code point', async () => {
      expect(await found('filter[from]=B..b')).toEqual(['lower', 'dots']);
      expect(await found('filter[from]=b..inf')).toEqual(['accent']);
    });

    it('Tells rows with a value from rows without', async () => {
      expect(await found('filter[from]=__null__')).toEqual(['silent']);
      expect(await found('filter[to]=__notnull__')).toEqual(['plain', 'lower', 'comma', 'dots', 'accent']);
    });

    it('Finds by id', async () => {
      expect(await found(`filter[id]=${ids.dots}`)).toEqual(['dots']);
      expect(await found(`filter[id]=${ids.dots},${ids.plain},999999`)).toEqual(['plain', 'dots']);
      expect(await found(`filter[id]=neginf..${ids.lower}`)).toEqual(['plain', 'lower']);
      expect(await found('filter[id]=999999999999999999')).toEqual([]);
    });

    it('Finds by the id of a related resource', async () => {
      expect(await found(`filter[callPurpose][id]=${purpose}`)).toEqual(['comma', 'dots']);
      expect(await found(`filter[user][id]=${user}`)).toEqual(['dots']);
      expect(await found('filter[user][id]=__null__')).toEqual(['plain', 'lower', 'comma', 'accent', 'silent']);
    });

    it('Takes a relationship for its id', async () => {
      expect(await found(`filter[callPurpose]=${purpose}`)).toEqual(['comma', 'dots']);
      expect(await found(`filter[user]=${user},__null__&filter[callPurpose]=${purpose}`)).toEqual(['comma', 'dots']);
      expect(await found(`filter[user]=${user}..inf`)).toEqual(['dots']);
      expect(await found(`newFilterSyntax=true&filter[callPurpose][]=${purpose}&filter[user][gte]=${user}`)).toEqual([
        'dots',
      ]);
      expectRefusal(await client.get('/calls?filter[callPurpose]=Demo'), 422, 'filter[callPurpose]');
    });

    it('Finds the calls of a deleted purpose', async () => {
      expect(await found(`filter[callPurpose][id]=${deleted}`)).toEqual(['accent']);
      expect(await found('filter[callPurpose][id]=__null__')).toEqual(['plain', 'lower', 'silent']);
      expect(await found('filter[callPurpose][id]=__notnull__')).toEqual(['comma', 'dots', 'accent']);
    });

    it('Asks that all of several filters hold', async () => {
      expect(await found(`filter[callPurpose][id]=${purpose}&filter[user][id]=${user}`)).toEqual(['dots']);
      expect(await found('filter[direction]=inbound&filter[outcome]=Not%20Answered')).toEqual([]);
      expect(await found('filter[direction]=outbound&filter[outcome]=Not+Answered')).toEqual(['lower']);
    });
  });

  describe('Filtering with newFilterSyntax', () => {
    const newSyntax = (query: string) => found(`newFilterSyntax=true&${query}`);

    it('Takes commas and dots literally', async () => {
      expect(await newSyntax('filter[from]=Ada,%20Grace')).toEqual(['comma']);
      expect(await newSyntax('filter[from][]=a..b')).toEqual(['dots']);
      expect(await newSyntax('filter[from]=Ada,ada')).toEqual([]);
    });

    it('Finds the rows with any of the values of a list', async () => {
      expect(await newSyntax('filter[from][]=Ada&filter[from][]=a..b')).toEqual(['plain', 'dots']);
      expect(await newSyntax('filter[from][]=Ada&filter[from][]=Ada')).toEqual(['plain']);
      expect(await newSyntax('filter[from][]=Ada&filter[from][]=__null__')).toEqual(['plain', 'silent']);
      expect(await newSyntax(`filter[callPurpose][id][]=${purpose}&filter[callPurpose][id][]=${deleted}`)).toEqual([
        'comma',
        'dots',
        'accent',
      ]);
      expect(await newSyntax(`filter[id][]=${ids.plain}&filter[id][]=${ids.silent}`)).toEqual(['plain', 'silent']);
    });

    it('Knows gte, lte, gt and lt, alone and together', async () => {
      const noon = '2024-03-01T12:30:15Z';
      expect(await newSyntax(`filter[dialedAt][gte]=${noon}`)).toEqual(['lower', 'comma', 'dots', 'accent']);
      expect(await newSyntax(`filter[dialedAt][gt]=${noon}`)).toEqual(['comma', 'dots', 'accent']);
      expect(await newSyntax(`filter[dialedAt][lte]=${noon}`)).toEqual(['plain', 'lower']);
      expect(await newSyntax(`filter[dialedAt][lt]=${noon}`)).toEqual(['plain']);
      expect(await newSyntax(`filter[dialedAt][gt]=2024-03-01&filter[dialedAt][lt]=2024-03-02`)).toEqual([
        'lower',
        'comma',
      ]);
      expect(await newSyntax(`filter[id][gt]=${ids.plain}&filter[id][lt]=${ids.comma}`)).toEqual(['lower']);
      expect(await newSyntax('filter[from][gte]=b')).toEqual(['accent']);
    });

    it('Is off for newFilterSyntax=false', async () => {
      expect(await found('newFilterSyntax=false&filter[from]=Ada,ada')).toEqual(['plain', 'lower']);
      expectRefusal(await client.get('/calls?filter[from][]=Ada'), 422, 'filter[from][]');
      expectRefusal(await client.get('/calls?filter[dialedAt][gte]=2024-03-01'), 422, 'filter[dialedAt][gte]');
    });
  });
});
