import { Global, Module } from '@nestjs/common';
import { RepeatableRequests } from '../json-api/repeatable-requests.js';
import { Expiry } from './expiry.js';
import { IdempotencyService } from './idempotency.service.js';
import { KeptAnswersRepository } from './kept-answers.repository.js';

/** Requests that can be repeated without being done twice; the module that makes documents asks for it. */
@Global()
@Module({
  providers: [KeptAnswersRepository, Expiry, { provide: RepeatableRequests, useClass: IdempotencyService }],
  exports: [RepeatableRequests],
})
export class IdempotencyModule {}
