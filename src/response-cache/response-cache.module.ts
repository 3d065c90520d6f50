import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RememberedAnswers } from './remembered-answers.js';
import { ResponseCache } from './response-cache.js';
import { ResponseCacheInterceptor } from './response-cache.interceptor.js';

/** Reads answered from memory. Imported before the module that makes documents, to stand outside of that. */
@Module({
  imports: [AuthModule, RateLimitModule],
  providers: [ResponseCache, RememberedAnswers, { provide: APP_INTERCEPTOR, useClass: ResponseCacheInterceptor }],
})
export class ResponseCacheModule {}
