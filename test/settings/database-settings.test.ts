import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';
import { expectOneFault, faultsOf } from '../helper/settings.js';

describe('The database', () => {
  it.each(['postgres://app:secret@db:5432/purposes', 'postgresql://db/purposes', 'postgresql://db/x?sslmode=require'])(
    'Is the server at %s',
    (url) => {
      expect(readSettings({ DATABASE_URL: url }).database).toEqual({ kind: 'server', url });
    },
  );

  it.each(['mysql://db/purposes', 'http://db/purposes', 'db:5432/purposes', 'purposes', 'postgres'])(
    'Is not at %s',
    (url) => {
      expectOneFault({ DATABASE_URL: url }, 'DATABASE_URL');
    },
  );

  it('May have replicas', () => {
    const [url, ...replicaUrls] = [
      'postgresql://db/x',
      'postgresql://db-2/x',
      'postgres://db-3:5433/x?sslmode=require',
    ];
    const settings = readSettings({ DATABASE_URL: url, DATABASE_REPLICA_URLS: replicaUrls.join(' , ') });
    expect(settings.database).toEqual({ kind: 'server', url, replicaUrls });

    expectOneFault({ DATABASE_REPLICA_URLS: 'postgresql://db-2/x' }, 'DATABASE_REPLICA_URLS');
    for (const urls of [',', 'db-2', 'postgresql://db-2/x,', 'postgresql://db-2/x,mysql://db-3/x'])
      expectOneFault({ DATABASE_URL: url, DATABASE_REPLICA_URLS: urls }, 'DATABASE_REPLICA_URLS');
  });

  it('Is embedded in the data directory, or in memory', () => {
    expect(readSettings({ DATA_DIR: '/srv/x' }).database).toEqual({ kind: 'embedded', directory: '/srv/x' });
    expect(readSettings({ DATA_DIR: 'memory:' }).database).toEqual({ kind: 'embedded', directory: null });
  });

  it('Does not show its password when it can not be used', () => {
    expect(faultsOf({ DATABASE_URL: 'mysql://app:hunter2@db/x' }).join()).not.toContain('hunter2');
  });
});
