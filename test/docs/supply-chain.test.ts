import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const checkLicences = (cwd: string) => {
  const args = [join(ROOT, 'scripts/licences.mjs'), '--check'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { status, stderr };
};

describe('The licences of what the service loads', () => {
  it('Are allowed, and listed', () => {
    expect(checkLicences(ROOT)).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['is not allowed', 'GPL-3.0'],
    ['is named nowhere', undefined],
  ])('Stop the check when one %s', (_, license) => {
    const directory = mkdtempSync(join(tmpdir(), 'call-purposes-licences-'));
    const packages = { '': {}, 'node_modules/a': { version: '1.0.0', license }, 'node_modules/b': { dev: true } };
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages }));
    const { status, stderr } = checkLicences(directory);
    rmSync(directory, { recursive: true });

    expect(status).toBe(1);
    expect(stderr).toContain('- a 1.0.0');
    expect(stderr).not.toContain('- b');
  });
});

describe('Installing', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version?: string; integrity?: string; dev?: boolean }>;
  };
  const loaded = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);

  it('Takes one version of each package, and what the service loads with its checksum', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
    );
    expect(loose).toEqual([]);
    expect(loaded.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('Runs no script of what the image has', () => {
    const dockerfile = read('Dockerfile');
    expect(dockerfile).toMatch(/npm ci --omit=dev --ignore-scripts/);
  });
});

describe('What is deployed', () => {
  const files = ['compose.yaml', 'compose.scaled.yaml', 'Dockerfile'].concat(
    readdirSync(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  const SECRET = /\b\w*(?:SECRET|PASSWORD|PRIVATE_KEY|TOKEN)\b\s*[:=]\s*(?!\s|\$\(|\$\{)(\S+)/gi;
  const URL_WITH_PASSWORD = /\w+:\/\/[^\s:/@]+:(?!%s)[^\s/@]+@/g;

  it('Has no secret of its own that could be left as it is', () => {
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const found = [...read(file).matchAll(SECRET), ...read(file).matchAll(URL_WITH_PASSWORD)].map(([text]) => text);
      expect({ file, found }).toEqual({ file, found: [] });
    }
  });
});
