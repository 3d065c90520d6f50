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

  it.each<[string, Claims, string]>([
    ['neither', {}, 'of a wrong audience'],
    ['no issuer', { aud: AUDIENCE }, 'of a wrong issuer'],
    ['another issuer', { iss: 'https://id.example.org/', aud: AUDIENCE }, 'of a wrong issuer'],
    ['an issuer that only begins the same', { iss: `${ISSUER}evil`, aud: AUDIENCE }, 'of a wrong issuer'],
    ['an issuer without the slash at its end', { iss: ISSUER.slice(0, -1), aud: AUDIENCE }, 'of a wrong issuer'],
    ['several issuers', { iss: [ISSUER], aud: AUDIENCE }, 'of a wrong issuer'],
    ['no audience', { iss: ISSUER }, 'of a wrong audience'],
    ['another audience', { iss: ISSUER, aud: 'another-service' }, 'of a wrong audience'],
    ['only other audiences', { iss: ISSUER, aud: ['another-service', 'call-purposes-too'] }, 'of a wrong audience'],
    ['an empty list of audiences', { iss: ISSUER, aud: [] }, 'of a wrong audience'],
    ['the audience in another case', { iss: ISSUER, aud: 'Call-Purposes' }, 'of a wrong audience'],
    ['both, but expired', { iss: ISSUER, aud: AUDIENCE, exp: 1 }, 'expired'],
  ])('Refuses a token with %s, and says so', async (_, changes, as) => {
    const answer = await withClaims(changes);

    expectUnauthorized(answer, { sent: true, as });
    expect(answer.text).not.toContain(ISSUER);
    expect(answer.text).not.toContain(AUDIENCE);
  });
});
