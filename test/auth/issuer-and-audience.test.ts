import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer } from '../helper/client.js';
import { expectUnauthorized } from '../helper/expectations.js';
import { type Claims, tokenOf } from '../helper/tokens.js';

const ISSUER = 'https://id.example.com/';
const AUDIENCE = 'call-purposes';

let service: Service;

const withClaims = (changes: Claims): Promise<Answer> =>
  service.anonymous.get('/callPurposes', { authorization: `Bearer ${tokenOf(changes)}` });

describe('Where an issuer and an audience are set', () => {
  beforeAll(async () => {
    service = await build({ JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE });
  });
  afterAll(() => service.close());

  it.each<[string, Claims]>([
    ['both', { iss: ISSUER, aud: AUDIENCE }],
    ['the audience among others', { iss: ISSUER, aud: ['another-service', AUDIENCE] }],
  ])('Accepts a token with %s', async (_, changes) => {
    expect((await withClaims(changes)).status).toBe(200);
  });

  it.each<[string, Claims]>([
    ['neither', {}],
    ['no issuer', { aud: AUDIENCE }],
    ['another issuer', { iss: 'https://id.example.org/', aud: AUDIENCE }],
    ['an issuer that only begins the same', { iss: `${ISSUER}evil`, aud: AUDIENCE }],
    ['an issuer without the slash at its end', { iss: ISSUER.slice(0, -1), aud: AUDIENCE }],
    ['several issuers', { iss: [ISSUER], aud: AUDIENCE }],
    ['no audience', { iss: ISSUER }],
    ['another audience', { iss: ISSUER, aud: 'another-service' }],
    ['only other audiences', { iss: ISSUER, aud: ['another-service', 'call-purposes-too'] }],
    ['an empty list of audiences', { iss: ISSUER, aud: [] }],
    ['the audience in another case', { iss: ISSUER, aud: 'Call-Purposes' }],
  ])('Refuses a token with %s', async (_, changes) => {
    expectUnauthorized(await withClaims(changes), { sent: true });
  });
});
