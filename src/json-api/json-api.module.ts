import { type DynamicModule, Module } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { DocumentInterceptor } from './document.interceptor.js';
import { ServedResources } from './served-resources.js';
import { JsonApiOptions } from './json-api-options.js';

/** The protocol, for every controller that declares which resource it serves. */
@Module({})
export class JsonApiModule {
  static forRoot(options: JsonApiOptions): DynamicModule {
    return {
      module: JsonApiModule,
      global: true,
      imports: [DiscoveryModule],
      exports: [JsonApiOptions, ServedResources],
      providers: [
        ServedResources,
        { provide: JsonApiOptions, useValue: options },
        { provide: APP_INTERCEPTOR, useClass: DocumentInterceptor },
      ],
    };
  }
}
