import { afterAll, describe, expect, it } from '@jest/globals';
import { cleanUp, makeDirectory, run } from '../helper/process.js';

afterAll(cleanUp);

const directory = makeDirectory();

/** The names of the settings in a message that lists faults, a line each. */
const namesIn = (message: string) => [...message.matchAll(/^ *- ([A-Z_]+) \S/gm)].map(([, name]) => name);

describe('Wrong settings', () => {
  it('End the service with status 1 and one message with every fault', async () => {
    const { code, stdout, stderr } = await run('main', [], {
      DATA_DIR: directory,
      PORT: '70000',
      DATABASE_URL: 'mysql://localhost/calls',
      JWT_PUBLIC_KEY: 'no key',
      PUBLIC_URL: 'calls.example.com',
      TRUST_PROXY: 'some',
      RESOURCE_ID_FORMAT: 'uuid',
      LOG_LEVEL: 'loud',
    });

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(namesIn(stderr).sort()).toEqual([
      'DATABASE_URL',
      'JWT_PUBLIC_KEY',
      'LOG_LEVEL',
      'PORT',
      'PUBLIC_URL',
      'RESOURCE_ID_FORMAT',
      'TRUST_PROXY',
    ]);
    // A heading and a line for each fault, no stack.
    expect(stderr.trimEnd().split('\n')).toHaveLength(8);
  });

  it('Include those of operation', async () => {
    const { code, stderr } = await run('main', [], {
      DATA_DIR: directory,
      MANAGEMENT_PORT: 'none',
      CORS_ORIGINS: 'https://app.example.com/path',
      SHUTDOWN_DELAY_SECONDS: '-1',
      DATABASE_WAIT_SECONDS: 'long',
    });

    expect(code).toBe(1);
    expect(namesIn(stderr).sort()).toEqual([
      'CORS_ORIGINS',
      'DATABASE_WAIT_SECONDS',
      'MANAGEMENT_PORT',
      'SHUTDOWN_DELAY_SECONDS',
    ]);
  });

  it('Include a production without any key', async () => {
    const { code, stdout, stderr } = await run('main', [], { DATA_DIR: directory, NODE_ENV: 'production' });

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(namesIn(stderr)).toEqual(['JWT_SECRET']);
  });
});
