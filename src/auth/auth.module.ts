import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { ProviderKeys } from './provider-keys.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenKey } from './token-key.js';
import { VerifiedTokens } from './verified-tokens.js';

/** From the bearer token to a principal, on every route of the service. */
@Module({
  imports: [PassportModule],
  providers: [
    TokenKey,
    ProviderKeys,
    TokenIssuer,
    JwtStrategy,
    VerifiedTokens,
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
  exports: [TokenIssuer, VerifiedTokens],
})
export class AuthModule {}
