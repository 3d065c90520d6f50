import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ImportTrial, importTrial } from '../helper/import-trial.js';
import { type Instead, outreachServer } from '../helper/outreach-server.js';

const tooLong = (): Instead[] => Array.from({ length: 2 }, () => ({ status: 200, body: ' '.repeat(17_000_000) }));

const endless = (): Instead[] =>
  Array.from({ length: 1_001 }, (_, n) => ({
    status: 200,
    body: JSON.stringify({ data: [], links: { next: `/api/v2/callPurposes?page[after]=${n}` } }),
  }));

describe('The import command in trouble', () => {
  let trial: ImportTrial;

  beforeAll(async () => {
    trial = await importTrial();
  });
  afterAll(() => trial.close());
  beforeEach(() => trial.reset());

  describe('Importing from a server in trouble', () => {
    it.each<Instead>([
      { headers: { 'Retry-After': '1' }, status: 429 },
      { headers: { 'Retry-After': new Date(Date.now() - 5_000).toUTCString() }, status: 503 },
      { headers: {}, status: 502 },
    ])('Goes on after $status', async (instead) => {
      const wanted = trial.fill(2);
      trial.outreach.instead = [instead];

      const { code, stderr } = await trial.importing();

      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(String(instead.status)) });
      expect(await trial.listed()).toEqual(wanted);
    });

    it.each<[string, Instead[], RegExp]>([
      ['fails for good', [{ status: 500 }, { status: 500 }], /source answers 500\.$/],
      ['asks to wait for too long', [{ status: 429, headers: { 'Retry-After': '86400' } }], /two hours/],
      ['does not accept the token', [{ status: 401 }], /IMPORT_TOKEN.*401/],
      [
        'does not allow it',
        [
          {
            status: 403,
            body: '{"errors": [{"id": "unauthorizedOauthScope", "detail": "No \'callPurposes.read\'."}]}',
          },
        ],
        /403, No 'callPurposes\.read'\./,
      ],
      [
        'has no call purposes',
        [{ status: 404, headers: { 'Content-Type': 'text/html' } }],
        /\(404\): is http.* the base/,
      ],
      [
        'does not speak JSON:API',
        [{ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' }],
        /200 with text\/html/,
      ],
      ['sends a page without end', tooLong(), /more than 16777216 bytes/],
      ['has pages without end', endless(), /more than 1000 pages/],
      ['leads elsewhere', [{ status: 302, headers: { Location: 'https://example.com/' } }], /redirect \(302\)/],
    ])('Ends with a message when it %s', async (_, instead, message) => {
      trial.fill(2);
      trial.outreach.instead = instead;

      const { code, stdout, stderr } = await trial.importing({ args: ['--retries', '1'] });

      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
      expect(await trial.listed()).toEqual([]);
    });

    it('Never sends the token to another origin', async () => {
      const stranger = await outreachServer();
      trial.outreach.linkOrigin = new URL(stranger.base).origin;
      trial.fill(30);

      const { code, stderr } = await trial.importing();

      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the token is not sent there') });
      expect(stranger.requests).toEqual([]);
      expect(await trial.listed()).toEqual([]);
      await stranger.close();
    });

    it('Ends with a message when there is no server', async () => {
      await trial.outreach.close();

      const { code, stderr } = await trial.importing({ args: ['--retries', '0'] });

      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    });
  });

  describe('Importing into a service', () => {
    it('Asks for a token where the settings can not make one', async () => {
      const { code, stderr } = await trial.importing({ args: ['--to', trial.targetOrigin] });

      expect({ code, stderr }).toEqual({ code: 1, stderr: 'A token is needed: --to-token or IMPORT_TO_TOKEN.\n' });
    });

    it('Ends when the token lacks the scope to write', async () => {
      trial.fill(2);
      const { token = '' } = trial.target.as('ada', { scopes: ['callPurposes.read'] });

      const { code, stdout, stderr } = await trial.importing({ env: { IMPORT_TO_TOKEN: token } });

      expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('0 of 2 call purposes') });
      expect(stderr).toContain('callPurposes.write');
    });
  });
});
