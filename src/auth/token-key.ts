import { type KeyObject, createPublicKey, createSecretKey, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Algorithm } from 'jsonwebtoken';
import { Settings } from '../config/settings.js';

const RSA_ALGORITHMS: Algorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const CURVE_ALGORITHMS: Record<string, Algorithm> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
export const PUBLIC_KEY_ALGORITHMS = [...RSA_ALGORITHMS, ...Object.values(CURVE_ALGORITHMS)];

/**
 * The key that tokens are checked with, and the algorithms that it is good for. No other algorithm is ever accepted, so that
 * a public key can't be passed off as a secret.
 */
@Injectable()
export class TokenKey {
  /** `null` where an identity provider has the keys: see ProviderKeys. */
  readonly key: KeyObject | null;
  readonly algorithms: Algorithm[];
  /** The secret in a form to sign with; `null` where only the public half is known. */
  readonly secret: string | null;

  constructor({ tokens, dataDirectory }: Settings) {
    if (tokens.key.kind === 'provider') {
      this.secret = null;
      this.key = null;
      this.algorithms = PUBLIC_KEY_ALGORITHMS;
      return;
    }
    if (tokens.key.kind === 'public') {
      this.secret = null;
      this.key = createPublicKey(tokens.key.pem);
      this.algorithms = algorithmsOf(this.key);
      return;
    }
    this.secret = tokens.key.kind === 'secret' ? tokens.key.secret : developmentSecret(dataDirectory);
    // A KeyObject and not a string: passport-jwt would try a string as a public key first, on every request.
    this.key = createSecretKey(Buffer.from(this.secret));
    this.algorithms = ['HS256'];
  }
}

/** RFC 7518, section 3.3. Bits. */
const SHORTEST_RSA_KEY = 2_048;

/** The algorithms of signatures that a public key can check; none for a kind that is not supported, or one that is too short. */
export function algorithmsOf(key: KeyObject): Algorithm[] {
  if (key.asymmetricKeyType === 'rsa') {
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_RSA_KEY ? [] : RSA_ALGORITHMS;
  }
  const curve = CURVE_ALGORITHMS[key.asymmetricKeyDetails?.namedCurve ?? ''];
  return curve ? [curve] : [];
}

/** The secret of the data directory, made when missing: tokens stay good across restarts, and for no other installation. */
function developmentSecret(directory: string | null): string {
  const fresh = randomBytes(32).toString('base64url');
  if (directory === null) return fresh;
  const path = join(directory, 'development-secret');
  mkdirSync(directory, { recursive: true });
  try {
    writeFileSync(path, fresh, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8').trim();
  }
}
