import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { JwtStrategy } from './jwt.strategy.js';
import { ProviderKeys } from './provider-keys.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenKey } from './token-key.js';
import { VerifiedTokens } from './verified-tokens.js';

/** From the bearer token to a principal. */
@Module({
  imports: [PassportModule],
  providers: [TokenKey, ProviderKeys, TokenIssuer, JwtStrategy, VerifiedTokens],
  exports: [TokenIssuer, VerifiedTokens],
})
export class AuthModule {}
