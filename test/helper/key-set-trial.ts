import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { jest } from '@jest/globals';
import jwt, { type JwtHeader } from 'jsonwebtoken';
import { type Service, build } from './build.js';
import { type Answer, Client } from './client.js';
import { stopClock } from './clock.js';
import { ProviderServer, keySet, publicJwk } from './identity-provider.js';

export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const onlyPs256 = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const edwards = generateKeyPairSync('ed25519');
export const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const late = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const KEYS = [
  publicJwk(ec.publicKey, { kid: 'ec' }),
  publicJwk(p384.publicKey, { kid: 'p384', use: 'sig' }),
  publicJwk(rsa.publicKey, { kid: 'rsa' }),
  publicJwk(onlyPs256.publicKey, { kid: 'ps256', alg: 'PS256' }),
  publicJwk(stranger.publicKey, { kid: 'encryption', use: 'enc' }),
  publicJwk(edwards.publicKey, { kid: 'edwards' }),
  { kty: 'oct', k: Buffer.from('a secret of the provider').toString('base64url'), kid: 'secret' },
];

let subjects = 0;

export function signed(header: Partial<JwtHeader>, key: KeyObject = ec.privateKey): string {
  const [alg = 'ES256'] = [header.alg];
  // A subject of its own keeps the token from being remembered.
  const claims = { sub: `user ${subjects++}`, scope: 'callPurposes.read', exp: Math.floor(Date.now() / 1000) + 36_000 };
  return jwt.sign(claims, key, { algorithm: alg as 'ES256', header: { alg, ...header } });
}

/** A service and its identity provider, whose answers a test decides, with a stopped clock. */
export class KeySetTrial {
  answer: RequestListener = keySet(KEYS);
  provider!: ProviderServer;
  service!: Service;

  async start(): Promise<void> {
    stopClock();
    this.provider = await ProviderServer.start('/keys?of=calls', (request, response) => this.answer(request, response));
    this.service = await build({ JWT_SECRET: '', JWT_JWKS_URI: `${this.provider.origin}/keys?of=calls` });
  }

  async end(): Promise<void> {
    await this.service.close();
    await this.provider.goAway();
    jest.useRealTimers();
  }

  read = (token: string): Promise<Answer> => new Client(this.service.app, token).get('/callPurposes');

  statusOf = async (token: string): Promise<number> => (await this.read(token)).status;
}
