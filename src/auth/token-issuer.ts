import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { Settings } from '../config/settings.js';
import { TokenKey } from './token-key.js';

/** What a token for trying out says. */
export interface TokenRequest {
  sub: string;
  name?: string;
  email?: string;
  roles?: string[];
  scopes: string[];
  /** Seconds. */
  expiresIn: number;
}

/** Makes tokens for development and operators, where the service holds a secret. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly settings: Settings,
    private readonly tokenKey: TokenKey,
  ) {}

  /** @returns the token, or null where the service has no secret: who has the private key makes the tokens */
  issue({ sub, name, email, roles = [], scopes, expiresIn }: TokenRequest): string | null {
    const { key, secret } = this.tokenKey;
    if (key === null || secret === null) return null;
    const { issuer, audience, rolesClaim } = this.settings.tokens;
    const claims = {
      ...(name && { name }),
      ...(email && { email }),
      ...rolesIn(rolesClaim, roles),
      scope: scopes.join(' '),
    };
    return jwt.sign(claims, key, {
      algorithm: 'HS256',
      subject: sub,
      expiresIn,
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    });
  }
}

/** The claim as the name as a whole: it is read before the path. */
const rolesIn = (rolesClaim: string, roles: string[]): Record<string, string[]> =>
  roles.length > 0 ? { [rolesClaim]: roles } : {};
