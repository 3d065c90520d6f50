import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ResponseCache } from './response-cache.js';
import { ResponseCacheInterceptor } from './response-cache.interceptor.js';

/** Reads answered from memory. Imported before the module that makes documents, to stand outside of that. */
@Module({ providers: [ResponseCache, { provide: APP_INTERCEPTOR, useClass: ResponseCacheInterceptor }] })
export class ResponseCacheModule {}
