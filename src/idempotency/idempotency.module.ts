import { Module } from '@nestjs/common';
import { IdempotencyKeyExpiry } from './idempotency-key-expiry.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** Requests that can be repeated without being done twice. */
@Module({
  providers: [IdempotencyKeysRepository, IdempotencyKeyExpiry],
  exports: [IdempotencyKeysRepository],
})
export class IdempotencyModule {}
