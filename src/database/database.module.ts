import { MikroORM, type EntitySchema } from '@mikro-orm/core';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ChangeFeed } from './change-feed.js';
import { Connections } from './connections.js';
import { lockDataDirectory } from './data-directory-lock.js';
import { databaseOptions } from './database-options.js';
import { migrate } from './migrate.js';

/** A dumped data directory that a new embedded database starts from (a `Blob`), or `undefined`. */
export const EMBEDDED_SNAPSHOT = Symbol('EMBEDDED_SNAPSHOT');

const DATA_DIRECTORY_LOCK = Symbol('DATA_DIRECTORY_LOCK');

@Module({
  providers: [
    { provide: EMBEDDED_SNAPSHOT, useValue: undefined },
    {
      provide: DATA_DIRECTORY_LOCK,
      inject: [Settings],
      useFactory: ({ database }: Settings) =>
        database.kind === 'embedded' && database.directory !== null ? lockDataDirectory(database.directory) : null,
    },
  ],
  exports: [EMBEDDED_SNAPSHOT, DATA_DIRECTORY_LOCK],
})
class DatabaseStorageModule {}

/** Opens the database that the settings name and migrates it before anything is served. */
@Module({})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    @Inject(DATA_DIRECTORY_LOCK) private readonly lock: { close(): void } | null,
  ) {}

  static async forRoot(entities: EntitySchema[]): Promise<DynamicModule> {
    const mikroOrm = await MikroOrmModule.forRootAsync({
      imports: [DatabaseStorageModule],
      // Only silences a hint: the options name the driver.
      driver: PostgreSqlDriver,
      // The lock is injected to be taken before the directory is opened.
      inject: [Settings, EMBEDDED_SNAPSHOT, DATA_DIRECTORY_LOCK],
      useFactory: ({ database }: Settings, snapshot?: Blob) => ({
        ...databaseOptions(database, entities, snapshot),
        registerRequestContext: false,
      }),
    });
    return {
      module: DatabaseModule,
      global: true,
      imports: [DatabaseStorageModule, mikroOrm],
      providers: [ChangeFeed, Connections],
      exports: [mikroOrm, ChangeFeed, Connections],
    };
  }

  async onModuleInit(): Promise<void> {
    await migrate(this.orm);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.orm.close();
    this.lock?.close();
  }
}
