import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from '@jest/globals';
import { migrations } from '../helper/migrations.js';
import { build } from '../helper/build.js';
import { previousData, previousDatabase } from '../helper/previous-release.js';

describe('An embedded database of the previous release', () => {
  it('Is migrated when the new one starts, with all that is in it', async () => {
    const dump = readFileSync(join(process.env.TEST_SNAPSHOT_DIR ?? '', 'snapshot.tar'));
    const previous = await PGlite.create({ loadDataDir: new Blob([dump]) });
    await previous.exec('drop schema public cascade; create schema public');
    await previous.exec(`${previousDatabase}; reset search_path`);
    const read = async (statement: string) => (await previous.query(statement)).rows;
    const before = await Promise.all(Object.values(previousData).map(read));
    const snapshot = await previous.dumpDataDir('none');
    await previous.close();

    const service = await build({}, { env: { DATA_DIR: 'memory:' }, snapshot, drop: async () => undefined });
    const after = await Promise.all(Object.values(previousData).map((statement) => service.sql(statement)));
    const { resources } = await service.as('ada').get('/calls?include=callPurpose');
    const migrated = await service.sql('select name from migration');
    await service.close();

    expect(after).toEqual(before);
    expect(migrated).toHaveLength(migrations.length);
    // The last one's was deleted.
    expect(resources.map(({ relationships }) => relationships.callPurpose?.data?.id)).toEqual(['12', undefined, '13']);
  });
});
