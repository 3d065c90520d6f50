import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { MEDIA_TYPE } from '../helper/client.js';
import { Connection } from '../helper/connection.js';
import { newPurpose } from '../helper/documents.js';
import { type ServiceProcess, cleanUp, startService, makeDataDirectory } from '../helper/process.js';

afterAll(cleanUp);

const body = JSON.stringify({ data: newPurpose({ name: 'Begun before the end' }) });

const get = ({ token }: ServiceProcess, path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;

/** A request with half of its body. */
const begin = ({ token }: ServiceProcess) =>
  `POST /api/v2/callPurposes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
  `Content-Type: ${MEDIA_TYPE}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`;

const start = (env: Record<string, string> = {}) => startService({ DATA_DIR: makeDataDirectory(), ...env });

const ready = (url: string) => fetch(new URL('/health/ready', url)).then(({ status }) => status);

describe('On SIGTERM', () => {
  it('Says that it is not ready, but answers until the delay is over, and ends with status 0', async () => {
    const service = await start({ SHUTDOWN_DELAY_SECONDS: '2' });
    const kept = new Connection(service.api);
    kept.send(get(service, '/api/v2/callPurposes'));
    expect(await kept.hear(/\}$/)).toMatch(/^HTTP\/1\.1 200 .*connection: keep-alive/is);
    expect(await ready(service.api)).toBe(200);

    const from = performance.now();
    const ending = service.end('SIGTERM');
    await sleep(500);

    expect(await ready(service.api)).toBe(503);
    expect((await fetch(new URL('/health/live', service.api))).status).toBe(200);
    kept.send(get(service, '/api/v2/callPurposes'));
    expect(await kept.hear(/\}$/)).toMatch(/^HTTP\/1\.1 200 .*connection: close/is);
    await kept.closed;
    expect((await service.request('GET', '/callPurposes')).status).toBe(200);
    expect(await ending).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - from).toBeGreaterThan(2_000);
    expect(performance.now() - from).toBeLessThan(10_000);
    await expect(fetch(service.api)).rejects.toThrow();
  });

  it('Answers requests that have begun, and closes idle connections', async () => {
    const service = await start();
    const idle = new Connection(service.api);
    idle.send(get(service, '/api/v2/callPurposes'));
    await idle.hear(/\}$/);
    const begun = new Connection(service.api);
    begun.send(begin(service));
    await sleep(200);

    const from = performance.now();
    const ending = service.end('SIGTERM');
    await idle.closed;
    await sleep(1_000);
    begun.send(body.slice(10));

    expect(await begun.hear(/\}$/)).toMatch(/^HTTP\/1\.1 201 .*connection: close/is);
    await begun.closed;
    expect(await ending).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - from).toBeLessThan(5_000);
  });

  it('Does not wait for a request that never comes to its end', async () => {
    const service = await start();
    const stuck = new Connection(service.api);
    stuck.send(begin(service));
    await sleep(200);

    const from = performance.now();
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});
