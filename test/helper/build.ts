import 'reflect-metadata';
import { EntityManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { TokenIssuer, type TokenRequest } from '../../src/auth/token-issuer.js';
import { readSettings } from '../../src/config/settings.js';
import { configureApp } from '../../src/configure-app.js';
import { EMBEDDED_SNAPSHOT } from '../../src/database/database.module.js';
import { createAdapter } from '../../src/http/adapter.js';
import { allScopes } from '../../src/resource-modules.js';
import { Client } from './client.js';
import { checkDescribed, holdToDescription } from './described-answers.js';
import { type TestDatabase, createTestDatabase } from './database.js';

export const SECRET = 'a secret that only the tests know, of more than 32 bytes';

export const ALL_SCOPES = allScopes();

/** A running service on a database of its own. */
export interface Service {
  app: NestFastifyApplication;
  /** Makes requests as the user with that subject; an administrator with `roles: ['admin']`. */
  as(sub: string, token?: Partial<TokenRequest>): Client;
  /** Makes requests without a token. */
  anonymous: Client;
  /** Runs SQL on the service's database, with `?` for parameters. */
  sql<Row = Record<string, unknown>>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  /** Listens on a free port. @returns the service's origin */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Builds the service as it runs in production; every answer of its API is held to its OpenAPI document.
 * @param env settings beside the database and the secret
 * @param shared the database of several services, which the caller drops; without it, the service has a fresh one of its own
 */
export async function build(env: Record<string, string> = {}, shared?: TestDatabase): Promise<Service> {
  const database = shared ?? (await createTestDatabase());
  const settings = readSettings({ JWT_SECRET: SECRET, LOG_LEVEL: 'silent', ...database.env, ...env });
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(settings)] })
    .overrideProvider(EMBEDDED_SNAPSHOT)
    .useValue(database.snapshot)
    .setLogger(env.LOG_LEVEL ? console : (false as never))
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(createAdapter(settings), { bodyParser: false });
  configureApp(app);
  holdToDescription(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();

  const issuer = module.get(TokenIssuer, { strict: false });
  const em = module.get<SqlEntityManager>(EntityManager, { strict: false });
  return {
    app,
    anonymous: new Client(app),
    as: (sub, token = {}) => {
      const request = { sub, scopes: ALL_SCOPES, expiresIn: 3_600, ...token };
      return new Client(app, issuer.issue(request) ?? undefined);
    },
    sql: (statement, parameters) => em.getConnection().execute(statement, parameters),
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    close: async () => {
      try {
        await checkDescribed(app);
      } finally {
        await app.close();
        if (!shared) await database.drop();
      }
    },
  };
}
