import { describe, expect, it } from '@jest/globals';
import { describeDatabase } from '../../src/config/database-url.js';
import { readSettings } from '../../src/config/settings.js';
import { expectOneFault, faultsOf } from '../helper/settings.js';

describe('The database', () => {
  it.each(['postgres://app:secret@db:5432/purposes', 'postgresql://db/purposes', 'postgresql://db/x?sslmode=require'])(
    'Is the server at %s',
    (url) => {
      expect(readSettings({ DATABASE_URL: url }).database).toEqual({ kind: 'server', url });
    },
  );

  it.each([
    'mysql://db/purposes',
    'http://db/purposes',
    'db:5432/purposes',
    'purposes',
    'postgres',
    'socket:/run/postgresql?db=purposes',
    'host=db dbname=purposes',
    'postgresql://db-1,db-2/purposes',
    'postgresql://db:99999/purposes',
    'postgresql://db:5432',
    'postgresql://db/',
    'postgresql://db/purposes?sslmode=sometimes',
    'postgresql://db/purposes?sslmode=verify-full&sslrootcert=/no/such/file.pem',
    'postgresql://db/purposes?schema=calls',
  ])('Is not at %s', (url) => {
    expectOneFault({ DATABASE_URL: url }, 'DATABASE_URL');
    expectOneFault({ DATABASE_URL: url, DATABASE_LISTEN_URL: 'postgresql://db/x' }, 'DATABASE_URL');
    expectOneFault({ DATABASE_LISTEN_URL: url }, 'DATABASE_LISTEN_URL');
  });

  it.each([
    'hun%ter2',
    'hunter%',
    'hun%fFter2',
    'hun@ter2',
    'hun#ter2',
    'hun/ter2',
    'hun?ter2',
    '12/hun@ter2',
    '12?hunter2',
  ])('Has no unescaped password such as %s, of which nothing is shown', (password) => {
    const [fault = '', ...others] = faultsOf({ DATABASE_URL: `postgresql://app:${password}@db/purposes` });
    expect(others).toEqual([]);
    expect(fault).toContain('percent-encoded');
    expect(fault).not.toMatch(/hun|ter|12/);
  });

  it('May have any password that is escaped', () => {
    const url = `postgresql://app:${encodeURIComponent('h@:/?#%+ ü')}@db/purposes`;
    expect(readSettings({ DATABASE_URL: url }).database).toEqual({ kind: 'server', url });
    expect(describeDatabase(url)).toEqual({ address: 'db:5432', name: 'purposes' });
  });

  it.each([
    ['postgresql:///purposes?host=/run/postgresql', '/run/postgresql'],
    ['postgresql://app@/purposes?host=/run/postgresql', '/run/postgresql'],
    ['postgresql://app:secret@:5433/purposes', 'localhost:5433'],
    ['postgresql://%2Frun%2Fpostgresql/purposes?user=app', '/run/postgresql'],
    ['postgresql://[::1]:5433/purposes', '::1:5433'],
  ])('May be written as libpq has it: %s', (given, address) => {
    const { database } = readSettings({ DATABASE_URL: given });
    const url = database.kind === 'server' ? database.url : '';
    expect(URL.canParse(url)).toBe(true);
    expect(describeDatabase(url)).toEqual({ address, name: 'purposes' });
  });

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
