import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';

describe('Concurrency', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
  });
  afterAll(() => service.close());

  const ROUNDS = 10;

  const create = async (name: string): Promise<ResourceObject> =>
    (await grace.post('/callPurposes', newPurpose({ name, order: 0 }))).resource;

  /** Runs `count` requests at the same time. */
  const atOnce = <T>(count: number, request: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => request(index)));

  describe('Requests at the same time', () => {
    it('Give new purposes orders of their own, without gaps', async () => {
      const [highest] = await service.sql('select max("order") as max from call_purpose');

      const answers = await atOnce(50, (index) =>
        grace.post('/callPurposes', newPurpose({ name: `Parallel ${index}` })),
      );

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      const orders = answers.map(({ resource }) => Number(resource.attributes.order)).sort((a, b) => a - b);
      expect(orders).toEqual(Array.from({ length: 50 }, (_, index) => Number(highest?.max) + 1 + index));
    });

    it('Give a name to one purpose only', async () => {
      const name = 'contested übung name';
      const spelling = (index: number) => (index % 2 ? name.toUpperCase() : name.replace(/./u, (c) => c.toUpperCase()));

      const answers = await atOnce(20, (index) => grace.post('/callPurposes', newPurpose({ name: spelling(index) })));

      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(422)]);
      for (const { errors } of answers.filter(({ status }) => status === 422)) {
        expect(errors).toEqual([
          expect.objectContaining({ code: 'validationError', source: { pointer: '/data/attributes/name' } }),
        ]);
      }
      expect(await service.sql('select 1 from call_purpose where lower(name) like ?', ['contested%'])).toHaveLength(1);
    });

    it('Rename one purpose only to a name', async () => {
      const purposes = await atOnce(5, (index) => create(`To be renamed ${index}`));

      const answers = await atOnce(5, (index) => {
        const purpose = purposes[index] as ResourceObject;
        return grace.patch(pathOf(purpose), change(purpose, { name: 'Renamed at once' }));
      });

      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422]);
    });

    it('Change a purpose once for one ETag', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const purpose = await create(`Same ETag ${round}`);
        const ifMatch = String((await grace.get(pathOf(purpose))).headers.etag);

        const answers = await atOnce(2, (index) =>
          grace.patch(pathOf(purpose), change(purpose, { order: index + 1 }), { 'if-match': ifMatch }),
        );

        expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
        const winner = answers.find(({ status }) => status === 200);
        expect((await grace.get(pathOf(purpose))).text).toBe(winner?.text);
      }
    });

    it('Lose no change of different attributes', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const purpose = await create(`Nothing lost ${round}`);

        const answers = await Promise.all([
          grace.patch(pathOf(purpose), change(purpose, { name: `Something won ${round}` })),
          grace.patch(pathOf(purpose), change(purpose, { order: 1_000 + round })),
        ]);

        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect((await grace.get(pathOf(purpose))).resource.attributes).toMatchObject({
          name: `Something won ${round}`,
          order: 1_000 + round,
        });
      }
    });

    it('Count every change', async () => {
      const purpose = await create('Counted changes');

      const answers = await atOnce(20, (index) => grace.patch(pathOf(purpose), change(purpose, { order: index + 1 })));

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(20);
      expect(await service.sql('select version from call_purpose where id = ?', [purpose.id])).toEqual([
        { version: 21 },
      ]);
    });

    it('Delete a purpose that another request changes, which finds it or does not', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const purpose = await create(`Deleted or changed ${round}`);

        const [deleted, ...changed] = await Promise.all([
          grace.delete(pathOf(purpose)),
          grace.patch(pathOf(purpose), change(purpose, { order: 1 })),
          grace.patch(pathOf(purpose), change(purpose, { order: 2 })),
        ]);

        expect(deleted.status).toBe(204);
        for (const { status } of changed) expect([200, 404]).toContain(status);
        expect((await grace.get(pathOf(purpose))).status).toBe(404);
      }
    });

    it('Delete a purpose once', async () => {
      const purpose = await create('Deleted at once');

      const answers = await atOnce(5, () => grace.delete(pathOf(purpose)));

      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    });

    it('Make one user of a subject that is new', async () => {
      const answers = await atOnce(10, () => service.as('newcomer', { name: 'New' }).get('/callPurposes?page[size]=1'));

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await service.sql('select 1 from api_user where subject = ?', ['newcomer'])).toHaveLength(1);
    });
  });
});
