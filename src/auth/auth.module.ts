import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { ProviderKeys } from './provider-keys.js';
import { ScopesGuard } from './scopes.guard.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenKey } from './token-key.js';
import { VerifiedTokens } from './verified-tokens.js';

/** From the bearer token to a principal, and the scopes it has. Guards every route of the service, in this order. */
@Module({
  imports: [PassportModule],
  providers: [
    TokenKey,
    ProviderKeys,
    TokenIssuer,
    JwtStrategy,
    VerifiedTokens,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: ScopesGuard },
  ],
  exports: [TokenIssuer],
})
export class AuthModule {}
