import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { SECRETS } from '../../src/config/secret-files.js';
import { type Service, build } from '../helper/build.js';
import { cleanUp, runCommand } from '../helper/process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The pages for users, each with the settings with which its requests are answered as shown. */
const PAGES: Record<string, Record<string, string>> = {
  'README.md': {},
  'docs/api.md': {},
  'docs/operating.md': {},
  'docs/clients.md': {},
  'docs/coming-from-outreach.md': { RESOURCE_ID_FORMAT: 'integer' },
};

const SHOWN_ORIGIN = 'http://localhost:3000';

const BLOCK = /^```(\w+)\n([^]*?)^```$/gm;

interface Exchange {
  request: string;
  /** The block of JSON behind the request; without one, nothing. */
  answer: string;
}

/** The requests that a page shows, in their order. */
function exchangesOf(page: string): Exchange[] {
  const blocks = [...read(page).matchAll(BLOCK)].map(([, language, text = '']) => ({ language, text }));
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !/^curl /m.test(text)) return [];
    const next = blocks[index + 1];
    return [{ request: text, answer: next?.language === 'json' ? next.text : '' }];
  });
}

/** A document without what differs from run to run: the times of rows, numbered as they come, and cursors. */
function comparable(json: string): string {
  const times: unknown[] = [];
  const withoutTimes = JSON.parse(json, (name, value: unknown) => {
    if (!/^(created|updated)At$/.test(name) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)))
      return value;
    if (!times.includes(value)) times.push(value);
    return `time ${times.indexOf(value)}`;
  }) as unknown;
  return JSON.stringify(withoutTimes, null, 2).replace(/(page%5B(after|before)%5D=)[\w-]+\.[\w-]+/g, '$1CURSOR');
}

const withCurl = spawnSync('curl', ['--version']).status === 0;

const withRequests = Object.keys(PAGES).filter((page) => exchangesOf(page).length > 0);

let service: Service;

/** A fresh service for a page: its origin, and the tokens that the page speaks of. */
async function serviceFor(page: string): Promise<{ origin: string; env: Record<string, string> }> {
  service = await build(PAGES[page]);
  const scopes = ['users.all', 'callPurposes.all', 'calls.all'];
  const { token: TOKEN = '' } = service.as('developer', { name: 'Developer', roles: ['admin'], scopes });
  const { token: GRACE = '' } = service.as('grace', { scopes: ['callPurposes.all', 'calls.all', 'users.read'] });
  return { origin: await service.listen(), env: { TOKEN, GRACE } };
}

describe('The documentation', () => {
  afterEach(() => service.close());
  afterAll(cleanUp);

  (withCurl ? it : it.skip).each(withRequests)(
    `Shows what the service answers${withCurl ? '' : ' (skipped: curl is not installed)'}: %s`,
    async (page) => {
      const { origin, env } = await serviceFor(page);

      for (const { request, answer } of exchangesOf(page)) {
        const { stdout } = await runCommand('sh', ['-c', request.replaceAll(SHOWN_ORIGIN, origin)], env);
        expect({ request, answer: comparable(stdout.replaceAll(origin, SHOWN_ORIGIN)) }).toEqual({
          request,
          answer: comparable(answer),
        });
      }
    },
  );

  it('Names metrics that there are', async () => {
    const { origin } = await serviceFor('docs/operating.md');
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    const named = [...read('docs/operating.md').matchAll(/`((?:http|database)_\w+)`/g)].map(([, name = '']) => name);

    expect(named).toContain('http_requests_shed_total');
    expect(named.filter((name) => !metrics.includes(`# TYPE ${name} `))).toEqual([]);
  });
});

describe('A page of the documentation', () => {
  it.each(Object.keys(PAGES))('Has an answer behind each request, and no answer without one: %s', (page) => {
    const answers = [...read(page).matchAll(BLOCK)].filter(([, language]) => language === 'json');

    expect(exchangesOf(page).filter(({ answer }) => answer === '')).toEqual([]);
    expect(answers).toHaveLength(exchangesOf(page).length);
  });

  it.each(Object.keys(PAGES))('Names commands and options that there are: %s', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = [
      ...read(page).matchAll(/npm (?:run (?:--silent )?)?(?!ci\b|install\b|prints\b)([a-z:]+)([^`\n]*)/g),
    ];

    expect(commands.filter(([, name = '']) => !scripts[name]).map(([command]) => command)).toEqual([]);
    for (const [, name = '', rest = ''] of commands) {
      const program = /dist\/(src\/cli\/.+)\.js/.exec(scripts[name] ?? '')?.[1];
      const source = program ? read(`${program.replace('cli/', 'cli/programs/')}.ts`) : '';
      const options = [...rest.matchAll(/ (--[a-z][a-z-]+)/g)].map(([, option = '']) => option);
      expect(options.filter((option) => !source.includes(`'${option} <`) && !source.includes(`'${option}'`))).toEqual(
        [],
      );
    }

    const programs = [...read(page).matchAll(/dist\/(src\/[\w/-]+)\.js/g)].map(([, path]) => `${path}.ts`);
    expect(programs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('The table of settings', () => {
  const section = /^## Settings\n([^]*?)^## /m.exec(read('README.md'))?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (`.*?) *\| (.*?) *\| .* \|$/gm)].map(([, names = '', defaults = '']) => ({
    names: codeIn(names),
    defaults: codeIn(defaults),
  }));
  const inTable = rows.flatMap(({ names }) => names);

  /** The variables that the settings are read from, as declared, with their defaults where they are plain. */
  const declared = [...read('src/config/settings.ts').matchAll(/^ {2}([A-Z][A-Z_]+): (.*),$/gm)].map(
    ([, name = '', schema = '']) => ({
      name,
      default: /\.default\('?([^')]*)'?\)/.exec(schema)?.[1]?.replace('_', ''),
    }),
  );

  function codeIn(cell: string): string[] {
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  }

  it('Has every setting, and no other', () => {
    expect(declared.length).toBeGreaterThan(20);
    // Those of OpenTelemetry are read by its SDK.
    expect([...inTable].sort()).toEqual([...declared.map(({ name }) => name), 'OTEL_*'].sort());
  });

  it('Has their defaults', () => {
    const shown = rows.flatMap(({ names, defaults }) =>
      names.map((name, index) => ({ name, default: defaults[index] })),
    );
    const plain = declared.filter((setting) => setting.default !== undefined && setting.name !== 'TRUST_PROXY');

    expect(plain.length).toBeGreaterThan(8);
    expect(shown).toEqual(expect.arrayContaining(plain));
  });

  it('Says which may come from files', () => {
    const sentence = /^([^\n]*) may come from files/m.exec(section)?.[1] ?? '';

    expect(codeIn(sentence)).toEqual(SECRETS);
  });
});
