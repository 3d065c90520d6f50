import { MikroORM, type EntitySchema } from '@mikro-orm/core';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ChangeFeed } from './change-feed.js';
import { Connections } from './connections.js';
import { lockDataDirectory } from './data-directory-lock.js';
import { servingOptions } from './database-options.js';
import { DatabaseEndpoint, findEndpoint } from './database-endpoint.js';
import { DatabaseState } from './database-state.js';
import { migrateServer, migrate } from './migrate.js';
import { ReadReplicas } from './read-replicas.js';
import { TableAccess } from './table-access.js';

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
    { provide: DatabaseEndpoint, inject: [Settings], useFactory: findEndpoint },
  ],
  exports: [EMBEDDED_SNAPSHOT, DATA_DIRECTORY_LOCK, DatabaseEndpoint],
})
class DatabaseStorageModule {}

/** Opens the database that the settings name and migrates it before anything is served. */
@Module({})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly orm: MikroORM,
    private readonly connections: Connections,
    private readonly settings: Settings,
    private readonly endpoint: DatabaseEndpoint,
    @Inject(DATA_DIRECTORY_LOCK) private readonly lock: { close(): void } | null,
  ) {}

  static async forRoot(entities: EntitySchema[]): Promise<DynamicModule> {
    const mikroOrm = await MikroOrmModule.forRootAsync({
      imports: [DatabaseStorageModule],
      // Only silences a hint: the options name the driver.
      driver: PostgreSqlDriver,
      // The lock is injected to be taken before the directory is opened.
      inject: [Settings, DatabaseEndpoint, EMBEDDED_SNAPSHOT, DATA_DIRECTORY_LOCK],
      useFactory: ({ database }: Settings, { pooled }: DatabaseEndpoint, snapshot?: Blob) => ({
        ...servingOptions(database, entities, { pooled, snapshot }),
        registerRequestContext: false,
      }),
    });
    return {
      module: DatabaseModule,
      global: true,
      imports: [DatabaseStorageModule, mikroOrm],
      providers: [ChangeFeed, Connections, DatabaseState, ReadReplicas, TableAccess],
      exports: [mikroOrm, ChangeFeed, Connections, DatabaseState, ReadReplicas, TableAccess],
    };
  }

  async onModuleInit(): Promise<void> {
    const { database } = this.settings;
    if (database.kind === 'embedded') return migrate(this.orm);
    await migrateServer(
      database.url,
      this.orm.config.get<'entities', EntitySchema[]>('entities'),
      this.endpoint.schema,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.orm.close();
    await this.connections.end();
    this.lock?.close();
  }
}
