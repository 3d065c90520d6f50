import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makePurpose, unique } from '../helper/fixtures.js';

describe('Content encodings', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const document = () => JSON.stringify({ data: { type: 'callPurpose', attributes: { name: unique('Encoded') } } });
  const purposes = () => service.sql('select id, version, deleted_at from call_purpose order by id');

  describe('The Content-Encoding of a request document', () => {
    it.each(['gzip', 'GZIP', 'x-gzip', 'br', 'deflate', 'zstd', 'compress', 'identity, gzip', 'utf-8', '"identity"'])(
      'Must not be %s',
      async (encoding) => {
        const before = await purposes();
        for (const body of [document(), gzipSync(document())]) {
          const headers = { 'content-encoding': encoding };
          const made = await admin.send('POST', '/callPurposes', { body, headers });
          const changed = await admin.send('PATCH', '/callPurposes/1', { body, headers });

          for (const answer of [made, changed]) {
            const error = expectError(answer, 415, 'unsupportedMediaType');
            expect(error.source).toEqual({ header: 'Content-Encoding' });
            expect(answer.headers).toMatchObject({ 'accept-encoding': 'identity' });
            for (const name of ['accept', 'accept-patch']) expect(answer.headers).not.toHaveProperty(name);
          }
        }
        expect(await purposes()).toEqual(before);
      },
    );

    it.each(['identity', 'Identity', '', 'identity, identity', ' '])('May be %j', async (encoding) => {
      const headers = { 'content-encoding': encoding };

      expect((await admin.send('POST', '/callPurposes', { body: document(), headers })).status).toBe(201);
    });

    it('Says nothing where there is no document', async () => {
      const headers = { 'content-encoding': 'gzip' };
      const purpose = `/callPurposes/${await makePurpose(service)}`;

      expect((await admin.get(purpose, headers)).status).toBe(200);
      expectError(await admin.send('POST', '/callPurposes', { headers }), 400, 'badRequest');
      expect((await admin.send('DELETE', purpose, { body: gzipSync('{}'), headers })).status).toBe(204);
    });
  });
});
