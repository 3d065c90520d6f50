import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newCall, newPurpose } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { essence, expectKeyRefused, keyed, newKey, purposesNamed, wasReplayed } from '../helper/repeated.js';

describe('What must be the same', () => {
  let service: Service;
  let ada: Client;

  beforeAll(async () => {
    service = await build();
    ada = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  describe('A repeated POST', () => {
    it('Is refused when the key was used with another body, query or path', async () => {
      const [key, name, other] = [newKey(), unique('First'), unique('Second')];
      await ada.post('/callPurposes', newPurpose({ name }), keyed(key));

      for (const answer of [
        await ada.post('/callPurposes', newPurpose({ name: other }), keyed(key)),
        await ada.post('/callPurposes?include=creator', newPurpose({ name }), keyed(key)),
        await ada.post('/calls', newCall({ note: other }), keyed(key)),
      ]) {
        expectKeyRefused(answer, 422, 'validationError');
        expect(answer.headers.location).toBeUndefined();
      }
      expect(await purposesNamed(service, other)).toBe(0);
      expect(await service.sql('select 1 from call where note = ?', [other])).toEqual([]);
    });

    it('Is refused when the key was used with another host, or with a token that allows more or less', async () => {
      const [key, name] = [newKey(), unique('Here')];
      await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const same = { data: newPurpose({ name }), headers: keyed(key) };

      for (const answer of [
        await ada.post('/callPurposes', same.data, { ...same.headers, host: 'elsewhere.example.com' }),
        await service.as('ada', { roles: [] }).post('/callPurposes', same.data, same.headers),
        await service.as('ada', { roles: ['admin', 'sales'] }).post('/callPurposes', same.data, same.headers),
        await service
          .as('ada', { roles: ['admin'], scopes: ['callPurposes.write'] })
          .post('/callPurposes', same.data, same.headers),
      ]) {
        expectKeyRefused(answer, 422, 'validationError');
        expect(answer.text).not.toContain('Here');
      }
      const again = service.as('ada', { roles: ['admin'], name: 'Ada Lovelace', expiresIn: 60 });
      expect(wasReplayed(await again.post('/callPurposes', same.data, same.headers))).toBe(true);
    });

    it('Finds what the release before has kept', async () => {
      const [key, name] = [newKey(), unique('Former')];
      const first = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const body = JSON.stringify({ data: newPurpose({ name }) });
      const digest = createHash('sha256').update(`POST /api/v2/callPurposes\n${body}`).digest('base64url');
      await service.sql('update idempotency_key set request_digest = ? where key = ?', [
        digest,
        key.replaceAll('"', ''),
      ]);

      const repeated = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      expect(essence(repeated)).toEqual(essence(first));
    });
  });
});
