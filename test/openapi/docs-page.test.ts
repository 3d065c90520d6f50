import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';

describe('The interactive page is served from here', () => {
  let service: Service;
  let origin: string;

  beforeAll(async () => {
    service = await build();
    origin = await service.listen();
  });
  afterAll(() => service.close());

  it.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/start.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/favicon-32x32.png', 'image/png'],
  ])('%s', async (path, type) => {
    const { status, headers } = await fetch(origin + path);
    const again = await fetch(origin + path, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });

    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect({ again: again.status, text: await again.text() }).toEqual({ again: 304, text: '' });
  });

  it.each(['/docs/nothing.js', '/docs/toString', '/docs/..%2fpackage.json', '/docs/swagger-ui.js'])(
    'Nothing else is: %s',
    async (path) => {
      const { statusCode, headers } = await service.app.inject({ url: path });

      expect({ statusCode, type: headers['content-type'] }).toEqual({
        statusCode: 404,
        type: 'application/vnd.api+json',
      });
    },
  );

  it('No script stands in the page, and nothing of another host', async () => {
    const response = await fetch(`${origin}/docs`);
    const page = await response.text();

    expect(page).not.toMatch(/<script(?![^>]* src=)| on\w+=| style=|https?:/);
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
  });
});

it('Is not there with DOCS=off, and the document it shows is', async () => {
  const service = await build({ DOCS: 'off' });
  const statuses = async (...urls: string[]) =>
    Promise.all(urls.map(async (url) => (await service.app.inject({ url })).statusCode));
  expect(await statuses('/', '/docs', '/docs/', '/docs/start.js')).toEqual([404, 404, 404, 404]);
  expect(await statuses('/api/v2/schema/openapi.json')).toEqual([200]);
  await service.close();
});
