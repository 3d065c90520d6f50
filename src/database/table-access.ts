import { EntityManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { ChangeFeed } from './change-feed.js';
import { Connections } from './connections.js';
import { ReadReplicas } from './read-replicas.js';

/** Typed statements name entities and their properties, not tables and columns. */
const NAMING = { tableNamingStrategy: 'entity', columnNamingStrategy: 'property' } as const;

/** What a repository needs of the database. */
@Injectable()
export class TableAccess {
  /** Builds writes, by the names of entities and properties. It runs none: compiled statements go to {@link primary}. */
  readonly kysely: Kysely<Record<string, Record<string, unknown>>>;

  constructor(
    readonly primary: Connections,
    readonly replicas: ReadReplicas,
    readonly changes: ChangeFeed,
    @Inject(EntityManager) em: SqlEntityManager,
  ) {
    this.kysely = em.getKysely(NAMING);
  }
}
