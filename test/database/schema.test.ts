import { MikroORM } from '@mikro-orm/core';
import { SchemaGenerator, type SqlEntityManager } from '@mikro-orm/sql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServedResources } from '../../src/json-api/nest/served-resources.js';
import { type Service, build } from '../helper/build.js';

describe('The entities', () => {
  let service: Service;
  let orm: MikroORM;

  beforeAll(async () => {
    service = await build();
    orm = service.app.get(MikroORM, { strict: false });
  });
  afterAll(() => service.close());

  const difference = () =>
    new SchemaGenerator(orm.em as SqlEntityManager).getUpdateSchemaSQL({ wrap: false }).then((sql) => sql.trim());

  it('Are the schema that the migrations make', async () => {
    expect(await difference()).toBe('');
  });

  it('Have the triggers that a version and remembered responses need', async () => {
    const rows = await service.sql<{ at: string }>(
      `select tgrelid::regclass || ' ' || tgname as at from pg_trigger where not tgisinternal`,
    );
    const triggers = rows.map(({ at }) => at);
    const resources = service.app.get(ServedResources, { strict: false }).all();

    for (const { table, versioned, changesRarely } of resources) {
      if (versioned) expect(triggers).toContain(`${table} touch`);
      if (changesRarely) expect(triggers).toContain(`${table} notify`);
    }
  });

  it.each([
    ['an index', 'drop index call_dialed_at', 'create index call_dialed_at on call (dialed_at, id)'],
    [
      'a check',
      'alter table call drop constraint call_direction_check',
      "alter table call add constraint call_direction_check check (direction in ('inbound', 'outbound'))",
    ],
    ['a column', 'alter table call add column length integer', 'alter table call drop column length'],
    [
      'a default',
      'alter table call_purpose alter column "order" drop default',
      'alter table call_purpose alter column "order" set default next_call_purpose_order()',
    ],
  ])('Differ from a database with another state of %s', async (_, change, back) => {
    await service.sql(change);
    expect(await difference()).not.toBe('');
    await service.sql(back);
    expect(await difference()).toBe('');
  });
});
