import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BreakableProxy, breakableProxy } from '../helper/breakable-proxy.js';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { type TestDatabase, createTestDatabase } from '../helper/database.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

describe('Several processes', () => {
  /** What the README states: a change by another process shows at once, and after three seconds when the channel is dead. */
  const SOON_MS = 1_000;
  const CHANNEL_DEAD_MS = 3_500;

  const onServer = describeUnless('Caches of several processes', withoutServer);

  let database: TestDatabase;
  let proxy: BreakableProxy;
  let services: [Service, Service];
  let clients: [Client, Client];

  onServer('Two processes on one database', () => {
    beforeAll(async () => {
      database = await createTestDatabase();
      const url = new URL(database.env.DATABASE_URL ?? '');
      proxy = await breakableProxy({ host: url.hostname, port: Number(url.port || 5432) });
      url.host = `127.0.0.1:${proxy.port}`;
      // The first listens through a proxy that the tests break, the second directly.
      services = [await build({ DATABASE_LISTEN_URL: url.href }, database), await build({}, database)];
      clients = [services[0].as('ada', { roles: ['admin'] }), services[1].as('ada', { roles: ['admin'] })];
      await sleep(200);
    });
    afterAll(async () => {
      await Promise.all(services.map((service) => service.close()));
      proxy.close();
      await database.drop();
    });

    const rename = async (client: Client, id: string, name: string) => {
      const { status } = await client.patch(`/callPurposes/${id}`, { type: 'callPurpose', id, attributes: { name } });
      expect(status).toBe(200);
    };

    const renameBySql = (id: string, name: string) =>
      services[1].sql('update call_purpose set name = ?, name_key = ? where id = ?', [name, name.toLowerCase(), id]);

    it('Show each other their changes and those made by hand', async () => {
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(clients.map((client) => nameAt(client, '1')));
        await rename(clients[0], '1', `By the first ${round}`);
        expect(await nameAt(clients[0], '1')).toBe(`By the first ${round}`);
        expect(await eventually(SOON_MS, async () => (await nameAt(clients[1], '1')) === `By the first ${round}`)).toBe(
          true,
        );

        await renameBySql('1', `By hand ${round}`);
        for (const client of clients) {
          expect(await eventually(SOON_MS, async () => (await nameAt(client, '1')) === `By hand ${round}`)).toBe(true);
        }
      }
    });

    it('Never show a process its own past, whatever the interleaving', async () => {
      const step = fc.record({ who: fc.constantFrom(0, 1, 2), write: fc.boolean(), id: fc.constantFrom('2', '3') });
      let serial = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
          const newest: Record<string, number> = {};
          const seen: [Record<string, number>, Record<string, number>] = [{}, {}];
          for (const { who, write, id } of steps) {
            const process = who === 0 ? 0 : 1;
            if (write) {
              const next = (serial += 1);
              if (who === 2) await renameBySql(id, `${id} ${next}`);
              else await rename(clients[process], id, `${id} ${next}`);
              newest[id] = next;
              if (who !== 2) seen[process][id] = next;
            } else {
              const shown = Number((await nameAt(clients[process], id)).split(' ')[1] ?? 0) || 0;
              expect(shown).toBeGreaterThanOrEqual(seen[process][id] ?? 0);
              expect(shown).toBeLessThanOrEqual(serial);
              seen[process][id] = shown;
            }
          }
          for (const [id, last] of Object.entries(newest)) {
            for (const client of clients) {
              expect(await eventually(SOON_MS, async () => (await nameAt(client, id)) === `${id} ${last}`)).toBe(true);
            }
          }
        }),
        { numRuns: 15 },
      );
    }, 60_000);

    it('Read from the database when the channel is cut, and remember again when it is back', async () => {
      await nameAt(clients[0], '4');
      proxy.restore();
      for (let round = 0; round < 30; round += 1) {
        await renameBySql('4', `Cut ${round}`);
        expect(await eventually(SOON_MS, async () => (await nameAt(clients[0], '4')) === `Cut ${round}`)).toBe(true);
        await sleep(50);
      }
    });

    it('Show changes in time when the channel goes silent without closing', async () => {
      await sleep(1_500);
      await nameAt(clients[0], '5');
      proxy.silence();
      await renameBySql('5', 'While silent');
      expect(await eventually(CHANNEL_DEAD_MS, async () => (await nameAt(clients[0], '5')) === 'While silent')).toBe(
        true,
      );

      await renameBySql('5', 'Still silent');
      expect(await nameAt(clients[0], '5')).toBe('Still silent');

      proxy.restore();
      await sleep(1_500);
      await renameBySql('5', 'Back');
      expect(await eventually(SOON_MS, async () => (await nameAt(clients[0], '5')) === 'Back')).toBe(true);
    });
  });

  describe('With RESPONSE_CACHE=off', () => {
    it('Every read comes from the database', async () => {
      const service = await build({ RESPONSE_CACHE: 'off' });
      const client = service.as('ada');
      await client.get('/callPurposes/1');
      await service.sql(`alter table call_purpose disable trigger all`);
      await service.sql(`update call_purpose set name = 'Changed unheard' where id = 1`);

      expect((await client.get('/callPurposes/1')).resource.attributes.name).toBe('Changed unheard');
      await service.close();
    });
  });

  describe('With the cache on', () => {
    it('A second read does not go to the database', async () => {
      const service = await build();
      const client = service.as('ada');
      await service.sql(`alter table call_purpose disable trigger all`);
      const remembers = async (round: number) => {
        const before = await nameAt(client, '1');
        await service.sql(`update call_purpose set name = ? where id = 1`, [`Changed unheard ${round}`]);
        return (await nameAt(client, '1')) === before;
      };
      let round = 0;
      // On a server, answers are remembered once the channel for changes has proven itself.
      expect(await eventually(10_000, () => remembers((round += 1)))).toBe(true);
      await service.close();
    });
  });

  const nameAt = async (client: Client, id: string) =>
    (await client.get(`/callPurposes/${id}`)).resource.attributes.name as string;

  async function eventually(within: number, condition: () => Promise<boolean>): Promise<boolean> {
    for (const end = performance.now() + within; performance.now() < end; await sleep(10))
      if (await condition()) return true;
    return false;
  }
});
