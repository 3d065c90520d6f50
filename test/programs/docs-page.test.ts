import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Service, build } from '../helper/build.js';
import { describeUnless } from '../helper/this-run.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const QUIET_FLAGS = ['--disable-component-update', '--disable-sync'];

/** Whoever sets it to a path gets a picture of the page there. */
const SCREENSHOT = process.env.DOCS_SCREENSHOT;

const noBrowser = existsSync(CHROMIUM) ? null : `there is no Chromium at ${CHROMIUM}`;
const inBrowser = describeUnless('Pages in a browser', noBrowser);

inBrowser('In a browser', () => {
  let service: Service;
  let origin: string;
  let browser: Browser;

  beforeAll(async () => {
    service = await build();
    origin = await service.listen();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', ...FLAGS, ...QUIET_FLAGS],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await service.close();
  });

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

  it('The token is kept nowhere, and gone after the page was loaded again', async () => {
    const page = await browser.newPage();
    await page.goto(`${origin}/docs`);
    await authorise(page, service.as('ada').token ?? '');
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(stored).toBe('[{},{},""]');
    await page.reload();

    await page.locator('.authorize.unlocked').first().waitFor();
    expect(await page.locator('.authorize.locked').count()).toBe(0);
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
