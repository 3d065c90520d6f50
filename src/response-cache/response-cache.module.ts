import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RememberedResponses } from './remembered-responses.js';
import { ResponseCache } from './response-cache.js';

/** Reads answered from memory. */
@Module({
  imports: [AuthModule],
  providers: [ResponseCache, RememberedResponses],
  exports: [ResponseCache],
})
export class ResponseCacheModule {}
