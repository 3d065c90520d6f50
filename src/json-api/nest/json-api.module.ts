import { type DynamicModule, type InjectionToken, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { type Database, DATABASE } from '../sql/statement.js';
import { ServedResources } from './served-resources.js';
import { JsonApiOptions } from './json-api-options.js';

/** The protocol, for every controller that declares which resource it serves. */
@Module({})
export class JsonApiModule {
  /** @param database what statements are run by */
  static forRoot(options: JsonApiOptions, database: InjectionToken<Database>): DynamicModule {
    return {
      module: JsonApiModule,
      global: true,
      imports: [DiscoveryModule],
      exports: [JsonApiOptions, ServedResources, DATABASE],
      providers: [
        ServedResources,
        { provide: DATABASE, useExisting: database },
        { provide: JsonApiOptions, useValue: options },
      ],
    };
  }
}
