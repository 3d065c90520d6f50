import { Global, Module } from '@nestjs/common';
import { RepeatableRequests } from '../json-api/nest/repeatable-requests.js';
import { IdempotencyKeyExpiry } from './idempotency-key-expiry.js';
import { IdempotencyService } from './idempotency.service.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** Requests that can be repeated without being done twice; the module that makes documents asks for it. */
@Global()
@Module({
  providers: [
    IdempotencyKeysRepository,
    IdempotencyKeyExpiry,
    { provide: RepeatableRequests, useClass: IdempotencyService },
  ],
  exports: [RepeatableRequests],
})
export class IdempotencyModule {}
