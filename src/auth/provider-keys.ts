import { type KeyObject, createPublicKey } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import jwt, { type Algorithm } from 'jsonwebtoken';
import { JwksClient, type SigningKey } from 'jwks-rsa';
import { Settings } from '../config/settings.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { fetchKeySet } from './fetch-key-set.js';
import { PUBLIC_KEY_ALGORITHMS, algorithmsOf } from './token-key.js';
import { VerifiedTokens } from './verified-tokens.js';

/** How often the key set is read anyway, so that a key that was withdrawn is known to be gone. */
const REFRESH_MS = 5 * 60_000;

/** How long keys are good that no answer of the provider has confirmed. */
const KEYS_LAST_MS = 60 * 60_000;

/** The key set is read for the sake of unknown keys this often in the long run, and so many times at once. */
const LOOK_UP_MS = 10_000;
const LOOK_UPS_AT_ONCE = 5;

interface ProviderKey {
  kid: string;
  key: KeyObject;
  algorithms: Algorithm[];
}

/**
 * The public keys of the identity provider (RFC 7517), by the `kid` in the header of a token, whose other hints at keys
 * (`jku`, `jwk`, `x5u`) count for nothing. Keys that are known stay good for an hour while the provider is out of reach.
 */
@Injectable()
export class ProviderKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ProviderKeys.name);
  private readonly ended = new AbortController();
  private readonly url: string | null;
  /** Without the client's cache: that is one by `kid`, which asks for each that is made up and forgets keys with time. */
  private readonly client: JwksClient;
  private keys: ProviderKey[] = [];
  private reading?: Promise<void>;
  private failing = false;
  /** Milliseconds since 1970. */
  private confirmedAt = 0;
  private timer?: NodeJS.Timeout;
  /** Milliseconds since 1970; each look-up moves it on, and it may be only so far ahead. */
  private lookedUpUntil = 0;

  constructor(
    { tokens }: Settings,
    private readonly verifiedTokens: VerifiedTokens,
  ) {
    this.url = tokens.key.kind === 'provider' ? tokens.key.keySetUrl : null;
    this.client = new JwksClient({
      jwksUri: this.url ?? '',
      cache: false,
      fetcher: (url) => fetchKeySet(url, this.ended.signal),
    });
  }

  /** Starts to read the key set, without waiting: the service starts while the provider is out of reach, too. */
  onApplicationBootstrap(): void {
    if (this.url === null) return;
    void this.read();
    this.timer = setInterval(() => void this.read(), REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.ended.abort();
  }

  /**
   * The key that the token says it is signed with, if the provider has it and it is good for the token's algorithm.
   * @throws JsonApiError 503 when the key is not known and the provider can't be asked
   */
  async find(token: string): Promise<KeyObject | undefined> {
    const { kid, alg } = jwt.decode(token, { complete: true })?.header ?? {};
    if (typeof kid !== 'string' || !PUBLIC_KEY_ALGORITHMS.includes(alg as Algorithm)) return undefined;
    const named = () => this.keys.filter((key) => key.kid === kid);
    if (named().length === 0 && (this.reading || this.mayLookUp())) await this.read();
    const keys = named();
    if (keys.length === 0 && this.failing) {
      throw new JsonApiError(
        'serviceUnavailable',
        'The identity provider is out of reach. Try again soon.',
        undefined,
        { 'Retry-After': String(LOOK_UP_MS / 1000) },
      );
    }
    return keys.find(({ algorithms }) => algorithms.includes(alg as Algorithm))?.key;
  }

  /** Tokens can be made up without end, and must not have the provider asked each time. */
  private mayLookUp(): boolean {
    const now = Date.now();
    if (this.lookedUpUntil - now > (LOOK_UPS_AT_ONCE - 1) * LOOK_UP_MS) return false;
    this.lookedUpUntil = Math.max(this.lookedUpUntil, now) + LOOK_UP_MS;
    return true;
  }

  /** Reads the key set, for all who wait for it. */
  private read(): Promise<void> {
    return (this.reading ??= this.readOnce().finally(() => (this.reading = undefined)));
  }

  private async readOnce(): Promise<void> {
    try {
      this.replaceKeys(usableKeys(await this.client.getSigningKeys()));
      this.confirmedAt = Date.now();
      if (this.failing) this.logger.log('The key set of the identity provider can be read again.');
      this.failing = false;
    } catch (error) {
      if (!this.failing && !this.ended.signal.aborted)
        this.logger.warn(
          `The key set at ${this.url} can't be read (${reasonOf(error)}). Known keys stay in use for an hour.`,
        );
      this.failing = true;
      // By the next attempt they would be too old.
      if (this.keys.length > 0 && Date.now() - this.confirmedAt > KEYS_LAST_MS - REFRESH_MS) {
        this.logger.error(
          'The keys of the identity provider have not been confirmed for an hour: none is used any more.',
        );
        this.replaceKeys([]);
      }
    }
  }

  private replaceKeys(keys: ProviderKey[]): void {
    const isStillThere = ({ kid, key }: ProviderKey) =>
      keys.some((other) => other.kid === kid && other.key.equals(key));
    const isAnyGone = !this.keys.every(isStillThere);
    this.keys = keys;
    if (isAnyGone) this.verifiedTokens.forgetAll();
  }
}

/** A key says in `alg` which one of its algorithms it is for, or nothing. */
function usableKeys(signingKeys: SigningKey[]): ProviderKey[] {
  const keys = signingKeys.map((signingKey) => {
    const key = createPublicKey(signingKey.getPublicKey());
    const algorithms = algorithmsOf(key).filter((name) => !signingKey.alg || name === signingKey.alg);
    return { kid: signingKey.kid, key, algorithms };
  });
  const usable = keys.filter(({ kid, algorithms }) => kid && algorithms.length > 0);
  if (usable.length === 0) throw new Error('no key in it can be used');
  return usable;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
