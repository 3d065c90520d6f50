import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import jwt from 'jsonwebtoken';
import { Strategy } from 'passport-jwt';
import { Settings } from '../config/settings.js';
import { type Claims, principalOf } from './claims.js';
import type { Principal } from './principal.js';
import { ProviderKeys } from './provider-keys.js';
import { TokenKey } from './token-key.js';

/** Seconds by which the clocks of the issuer and this machine may differ. */
const CLOCK_TOLERANCE = 60;

/** RFC 6750, section 2.1: the whole header, not just some part of it. */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** jsonwebtoken takes claims that are no object for one, and does not know `crit` (RFC 7515, section 4.1.11). */
function isReadable(token: string): boolean {
  try {
    const decoded = jwt.decode(token, { complete: true });
    return typeof decoded?.payload === 'object' && decoded.payload !== null && decoded.header.crit === undefined;
  } catch {
    return false;
  }
}

/** Verifies a bearer token (RFC 6750, RFC 7519) and turns it into a {@link Principal}. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    { key, algorithms }: TokenKey,
    providerKeys: ProviderKeys,
    private readonly settings: Settings,
  ) {
    super({
      jwtFromRequest: ({ headers }: { headers: IncomingHttpHeaders }) =>
        BEARER.exec(headers.authorization ?? '')?.[1] ?? null,
      // passport-jwt passes it on to jsonwebtoken, which takes a KeyObject.
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: never) => void) => {
        if (!isReadable(token)) done(new Error('The token has no claims, or asks for what is not understood.'));
        else if (key) done(null, key as never);
        else providerKeys.find(token).then((found) => done(null, found as never), done);
      },
      algorithms,
      issuer: settings.tokens.issuer,
      audience: settings.tokens.audience,
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE },
    });
  }

  /** Called by passport with the claims of a token whose signature, time, issuer and audience hold. */
  validate(claims: Claims): Principal | false {
    const { rolesClaim, adminRole } = this.settings.tokens;
    return principalOf(claims, rolesClaim, adminRole) ?? false;
  }
}
