import { MikroORM } from '@mikro-orm/core';
import { SchemaGenerator, type SqlEntityManager } from '@mikro-orm/sql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
