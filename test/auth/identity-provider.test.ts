import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Client } from '../helper/client.js';
import { AUDIENCE, IdentityProvider, makeKey } from '../helper/identity-provider.js';

describe('An OpenID provider', () => {
  const [first, second, third, fourth] = [makeKey('first'), makeKey('second'), makeKey('third'), makeKey('fourth')];

  let provider: IdentityProvider;
  let service: Service;

  beforeAll(async () => {
    // The provider warns that it forgets everything at its end.
    jest.spyOn(console, 'warn').mockReturnValue();
    provider = await IdentityProvider.start([first]);
    service = await build({
      JWT_SECRET: '',
      JWT_JWKS_URI: `${provider.server.origin}/jwks`,
      JWT_ISSUER: provider.server.origin,
      JWT_AUDIENCE: AUDIENCE,
    });
  });
  afterAll(async () => {
    await service.close();
    await provider.server.goAway();
  });

  const read = (token: string) => new Client(service.app, token).get('/callPurposes');

  describe('Tokens of an OpenID provider', () => {
    it('Let a program in, with the scopes that it asked for', async () => {
      const client = new Client(service.app, await provider.tokenOfClient('callPurposes.read'));

      expect((await client.get('/callPurposes')).status).toBe(200);
      expect((await client.post('/callPurposes', {})).errors[0]?.code).toBe('unauthorizedOauthScope');
      expect((await client.get('http://localhost/api/v2')).document.meta).toMatchObject({
        user: { scopes: ['callPurposes.read'], roles: [] },
      });
    });

    it('Let a person in, who becomes a user', async () => {
      const token = await provider.tokenOfUser('grace', 'callPurposes.read callPurposes.write');
      const made = await new Client(service.app, token).post('/callPurposes', {
        type: 'callPurpose',
        attributes: { name: 'Win-back' },
      });

      expect(made.status).toBe(201);
      const [user] = await service.sql('select subject, name from api_user where id = ?', [
        made.resource.relationships.creator?.data?.id,
      ]);
      expect(user).toEqual({ subject: 'grace', name: 'User grace' });
    });

    it('Are good with a new key at once, and with the old one until that is withdrawn', async () => {
      const old = await provider.tokenOfClient('callPurposes.read');
      expect((await read(old)).status).toBe(200);

      provider.signWith([second, first]);
      expect((await read(await provider.tokenOfClient('callPurposes.read'))).status).toBe(200);
      expect((await read(old)).status).toBe(200);

      provider.signWith([third]);
      expect((await read(await provider.tokenOfClient('callPurposes.read'))).status).toBe(200);
      expect((await read(old)).status).toBe(401);
    });

    it('Stay good while the provider is away, if their key is known', async () => {
      const known = await provider.tokenOfClient('callPurposes.read');
      const alsoKnown = await provider.tokenOfClient('callPurposes.write callPurposes.read');
      expect((await read(known)).status).toBe(200);
      provider.signWith([fourth]);
      const unknown = await provider.tokenOfClient('callPurposes.read');
      await provider.server.goAway();

      expect((await read(known)).status).toBe(200);
      expect((await read(alsoKnown)).status).toBe(200);
      const answer = await read(unknown);
      expect(answer.errors[0]).toMatchObject({ status: '503', code: 'serviceUnavailable' });
      expect(answer.headers['retry-after']).toBe('10');

      await provider.server.comeBack();
      expect((await read(unknown)).status).toBe(200);
      expect((await read(known)).status).toBe(401);
    });
  });

  // The last ones, as a service takes over the authentication of those that were built before it in the same process.
  describe('Tokens of an OpenID provider for somebody else', () => {
    it.each(['JWT_AUDIENCE', 'JWT_ISSUER'])('Are refused because of %s', async (name) => {
      const keySet = { JWT_SECRET: '', JWT_JWKS_URI: `${provider.server.origin}/jwks` };
      const strict = await build({ ...keySet, [name]: 'https://other.example.com' });
      const answer = await new Client(strict.app, await provider.tokenOfClient('callPurposes.read')).get(
        '/callPurposes',
      );
      await strict.close();

      expect(answer.status).toBe(401);
    });
  });
});
