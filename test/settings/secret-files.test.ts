import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SettingsError, readSettings } from '../../src/config/settings.js';

const directory = mkdtempSync(join(tmpdir(), 'call-purposes-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));

const SECRET = 'a secret of the tests, of more than 32 bytes';
const URL = 'postgresql://ada:countess@db:5432/calls';

/** Makes a file. @returns its path */
function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** The lines of the message that the settings are refused with, without the heading. */
function faultsOf(variables: Record<string, string>): string[] {
  try {
    readSettings(variables);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('A secret in a file', () => {
  it.each([
    ['without a newline at the end', SECRET],
    ['with a newline', `${SECRET}\n`],
    ['with a newline of Windows', `${SECRET}\r\n`],
  ])('Counts as the setting, %s', (_, content) => {
    const settings = readSettings({
      ...{ NODE_ENV: 'production', DATA_DIR: '/data' },
      JWT_SECRET_FILE: file('secret', content),
    });

    expect(settings.tokens.key).toEqual({ kind: 'secret', secret: SECRET });
  });

  it('Can be a public key of several lines', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const settings = readSettings({ JWT_PUBLIC_KEY_FILE: file('key.pem', pem) });

    expect(settings.tokens.key).toEqual({ kind: 'public', pem: pem.trim() });
  });

  it('Can be the URLs of the database', () => {
    const settings = readSettings({
      DATABASE_URL_FILE: file('database', `${URL}\n`),
      DATABASE_LISTEN_URL_FILE: file('listen', `${URL}-direct\n`),
      DATABASE_REPLICA_URLS_FILE: file('replicas', `${URL}-2,${URL}-3\n`),
    });

    const replicaUrls = [`${URL}-2`, `${URL}-3`];
    expect(settings.database).toEqual({ kind: 'server', url: URL, listenUrl: `${URL}-direct`, replicaUrls });
  });

  it('Is not looked for when the variable is empty', () => {
    expect(readSettings({ JWT_SECRET: SECRET, JWT_SECRET_FILE: ' ' }).tokens.key).toMatchObject({ secret: SECRET });
  });

  it('Stands in for a variable that is empty', () => {
    const settings = readSettings({ JWT_SECRET: '', JWT_SECRET_FILE: file('secret', SECRET) });

    expect(settings.tokens.key).toMatchObject({ secret: SECRET });
  });
});

describe('A secret in a file is a fault', () => {
  it('When the setting itself is there too', () => {
    expect(faultsOf({ JWT_SECRET: SECRET, JWT_SECRET_FILE: file('secret', SECRET) })).toEqual([
      '  - JWT_SECRET_FILE excludes JWT_SECRET: set one of them',
    ]);
  });

  it('When the file is missing, is a directory or is empty, each once, beside the faults of other settings', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      JWT_SECRET_FILE: join(directory, 'nowhere'),
      DATABASE_URL_FILE: directory,
      DATABASE_LISTEN_URL_FILE: file('empty', '\n'),
      LOG_LEVEL: 'loud',
    });

    expect(faults).toHaveLength(4);
    expect(faults[0]).toMatch(/- DATABASE_URL_FILE names a file that can't be read: EISDIR/);
    expect(faults[1]).toBe(`  - DATABASE_LISTEN_URL_FILE names an empty file: ${join(directory, 'empty')}`);
    expect(faults[2]).toMatch(/- JWT_SECRET_FILE names a file that can't be read: ENOENT.*nowhere/);
    expect(faults[3]).toMatch(/- LOG_LEVEL /);
  });

  it('When what it holds is not what the setting wants, named by the variable that was set and without the content', () => {
    const faults = faultsOf({ DATABASE_URL_FILE: file('database', 'mysql://ada:countess@db/calls') });

    expect(faults).toEqual([expect.stringMatching(/- DATABASE_URL_FILE must be a PostgreSQL URL/)]);
    expect(faults.join()).not.toContain('countess@db');
  });
});
