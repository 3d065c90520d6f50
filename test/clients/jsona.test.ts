import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Jsona } from 'jsona';
import { type Service, build } from '../helper/build.js';
import { linkageTo, newCall, newPurpose } from '../helper/documents.js';

interface User {
  type: string;
  id: string;
  name: string;
}

interface Purpose {
  type: string;
  id: string;
  name: string;
  creator: User | null;
}

interface Formatter {
  deserialize(document: string): unknown;
  serialize(what: { stuff: object }): { data: unknown };
}

/** Jsona's own types can't be found by TypeScript in an ES module. */
const formatter = new (Jsona as unknown as new () => Formatter)();

let service: Service;

describe('The client Jsona', () => {
  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  it('Makes models of a list of call purposes with their creators', async () => {
    const grace = service.as('grace', { name: 'Grace' });
    await grace.post('/callPurposes', newPurpose({ name: 'First of Grace' }));
    await grace.post('/callPurposes', newPurpose({ name: 'Second of Grace' }));
    const { text } = await grace.get('/callPurposes?include=creator&sort=-order&page[size]=3');

    const purposes = formatter.deserialize(text) as Purpose[];

    expect(purposes.map(({ type, name, creator }) => [type, name, creator && [creator.type, creator.name]])).toEqual([
      ['callPurpose', 'Second of Grace', ['user', 'Grace']],
      ['callPurpose', 'First of Grace', ['user', 'Grace']],
      ['callPurpose', 'Renewal', null],
    ]);
  });

  it('Makes models of calls with what is included two steps away', async () => {
    const ada = service.as('ada', { name: 'Ada' });
    const { resource: purpose } = await ada.post('/callPurposes', newPurpose({ name: 'Of Ada' }));
    const hedy = service.as('hedy', { name: 'Hedy' });
    await hedy.post('/calls', newCall({ from: '1' }, linkageTo(purpose)));
    const { text } = await hedy.get('/calls?include=user,callPurpose.creator');

    const calls = formatter.deserialize(text) as { from: string; user: User; callPurpose: Purpose }[];

    expect(calls.map(({ from, user, callPurpose }) => [from, user.name, callPurpose.creator?.name])).toEqual([
      ['1', 'Hedy', 'Ada'],
    ]);
  });

  it('Makes request documents that the service accepts', async () => {
    const grace = service.as('grace', { name: 'Grace' });
    const document = formatter.serialize({ stuff: { type: 'callPurpose', name: 'Made by Jsona', order: 7 } });

    const { status, resource } = await grace.post('/callPurposes', document.data);

    expect(status).toBe(201);
    expect(resource.attributes).toMatchObject({ name: 'Made by Jsona', order: 7 });
  });
});
