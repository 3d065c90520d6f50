import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';

describe('The typed client', () => {
  const run = promisify(execFile);

  const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

  const COMPILER_OPTIONS = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2024', 'dom'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
  };

  /** What the types must not let pass. */
  const WRONG_USES = `
import createClient from 'openapi-fetch';
import type { components, paths } from './call-purposes.js';

const client = createClient<paths>({ baseUrl: 'http://localhost' });
type CallPurpose = components['schemas']['CallPurpose'];

// @ts-expect-error no such path
await client.GET('/api/v2/purposes');
// @ts-expect-error users can't be made
await client.POST('/api/v2/users', {});
// @ts-expect-error a name is a text
await client.POST('/api/v2/callPurposes', { body: { data: { type: 'callPurpose', attributes: { name: 42 } } } });
// @ts-expect-error the name is missing
await client.POST('/api/v2/callPurposes', { body: { data: { type: 'callPurpose', attributes: {} } } });
// @ts-expect-error another type
await client.POST('/api/v2/callPurposes', { body: { data: { type: 'call', attributes: { name: 'A' } } } });
// @ts-expect-error no such filter
await client.GET('/api/v2/callPurposes', { params: { query: { 'filter[colour]': 'red' } } });
// @ts-expect-error no such sort
await client.GET('/api/v2/callPurposes', { params: { query: { sort: ['colour'] } } });
// @ts-expect-error the id is missing
await client.GET('/api/v2/callPurposes/{id}');
// @ts-expect-error no such attribute
export const colourOf = (purpose: CallPurpose) => purpose.attributes.colour;
`;

  let service: Service;
  let origin: string;
  let directory: string;

  beforeAll(async () => {
    service = await build();
    origin = await service.listen();
    // Under the project, so that packages are found.
    const parent = inProject('node_modules/.cache');
    mkdirSync(parent, { recursive: true });
    directory = mkdtempSync(join(parent, 'typed-client-'));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await service.close();
  });

  it('The typed client of the documentation compiles against the served document, runs, and refuses wrong uses', async () => {
    const [, example = ''] =
      /```ts\n(.*?createClient.*?)```/s.exec(readFileSync(inProject('docs/api.md'), 'utf8')) ?? [];
    const files = {
      'package.json': JSON.stringify({ type: 'module' }),
      'tsconfig.json': JSON.stringify({ compilerOptions: COMPILER_OPTIONS }),
      'example.ts': example,
      'wrong-uses.ts': WRONG_USES,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const program = (path: string, ...args: string[]) =>
      run(process.execPath, [inProject(`node_modules/${path}`), ...args], { cwd: directory });

    await program(
      'openapi-typescript/bin/cli.js',
      `${origin}/api/v2/schema/openapi.json`,
      '-o',
      join(directory, 'call-purposes.ts'),
    );
    const compiled = await program('typescript/bin/tsc').catch((failure: { stdout: string }) => failure);
    expect(compiled.stdout).toBe('');

    const { token = '' } = service.as('ada');
    const { stdout } = await run(process.execPath, ['example.js'], {
      cwd: directory,
      env: { ORIGIN: origin, TOKEN: token },
    });
    expect(stdout).toBe('Win-back 12\n');
    const [row] = await service.sql<{ name: string }>(`select name from call_purpose where name = 'Win-back'`);
    expect(row?.name).toBe('Win-back');
  }, 60_000);
});
