import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Service, build } from '../helper/build.js';
import { describeUnless, leftToPostgres } from '../helper/this-run.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const QUIET_FLAGS = ['--disable-component-update', '--disable-sync'];

/** Whoever sets it to a path gets a picture of the page there. */
const SCREENSHOT = process.env.DOCS_SCREENSHOT;

let service: Service;
let origin: string;

beforeAll(async () => {
  service = await build();
  origin = await service.listen();
});
afterAll(() => service.close());

describe('The interactive page is served from here', () => {
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

const noBrowser = existsSync(CHROMIUM) ? null : `there is no Chromium at ${CHROMIUM}`;
const inBrowser = describeUnless('Pages in a browser', leftToPostgres, noBrowser);

inBrowser('In a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', ...FLAGS, ...QUIET_FLAGS],
    });
  });
  afterAll(() => browser.close());

  it('Opened, authorised and tried, "list" shows the call purposes, and no request goes to another host', async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
    const seen = watch(page);
    await page.goto(`${origin}/docs`);
    const list = page.locator('#operations-callPurposes-listCallPurposes');
    await list.waitFor();
    await authorise(page, service.as('ada').token ?? '');

    if (SCREENSHOT) await page.screenshot({ path: SCREENSHOT });

    await list.locator('.opblock-summary-control').click();
    await list.getByRole('button', { name: 'Execute' }).click();
    const status = list.locator('.live-responses-table .response .response-col_status').first();
    await status.waitFor();
    const body = await list.locator('.live-responses-table .microlight').first().innerText();

    expect((await status.innerText()).trim().split(/\s/)[0]).toBe('200');
    expect(body).toContain('Initial Contact');
    expect(seen.requests.length).toBeGreaterThan(5);
    expect(seen.requests.filter((url) => new URL(url).origin !== origin && !url.startsWith('data:'))).toEqual([]);
    expect(seen.complaints).toEqual([]);
  }, 120_000);

  it('The token is still there after the page was loaded again', async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/docs`);
    await authorise(page, service.as('ada').token ?? '');
    await page.reload();

    await page.locator('.authorize.locked').first().waitFor();
    expect(await page.locator('.authorize.locked').count()).toBeGreaterThan(0);
  }, 120_000);
});

/** Every request of the page, and what the browser says against it: a broken policy, an error of a script. */
function watch(page: Page) {
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return { requests, complaints };
}

async function authorise(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click();
  await page.locator('.auth-container input').first().fill(token);
  await page.locator('.auth-btn-wrapper button[type=submit]').click();
  await page.locator('.auth-btn-wrapper .btn-done').click();
}
