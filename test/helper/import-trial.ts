import { expect } from '@jest/globals';
import { importPurposes } from '../../src/cli/programs/import.js';
import { SECRET, type Service, build } from './build.js';
import type { Client } from './client.js';
import { pathOf } from './documents.js';
import { type Forwarder, forwarder } from './forwarder.js';
import { type OutreachServer, outreachServer } from './outreach-server.js';
import { type Ended, runHere } from './terminal.js';

interface Invocation {
  args?: string[];
  env?: Record<string, string>;
}

/** A service to import into and a server to copy from. */
export interface ImportTrial {
  target: Service;
  administrator: Client;
  targetOrigin: string;
  /** Before the target, where it was started with `throughProxy`. */
  proxy: Forwarder;
  throughProxy: Invocation;
  outreach: OutreachServer;
  /** Runs the import, into the service of the settings unless told otherwise, and sees that no token is told. */
  importing(invocation?: Invocation): Promise<Ended>;
  /** The arguments and the environment of that. */
  command(invocation?: Invocation): [string[], Record<string, string>];
  /** Name and order of the target's purposes, in display order. */
  listed(): Promise<[unknown, unknown][]>;
  /** Gives the server purposes whose display order is not that of their ids. @returns their names and orders in display order */
  fill(count: number): [string, number][];
  /** Begins anew with an empty target and an empty server. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function importTrial(): Promise<ImportTrial> {
  // Links to where it is not, as behind a proxy.
  const target = await build({ PUBLIC_URL: 'https://purposes.example.com' });
  const targetOrigin = await target.listen();
  const proxy = await forwarder(targetOrigin);
  const administrator = target.as('ada', { roles: ['admin'] });
  const all = async () => (await administrator.get('/callPurposes?page[size]=1000')).resources;

  const command: ImportTrial['command'] = ({ args = [], env = {} } = {}) => [
    ['--from', trial.outreach.base, '--page-size', '20', ...args],
    {
      IMPORT_TOKEN: trial.outreach.token,
      JWT_SECRET: SECRET,
      PORT: new URL(targetOrigin).port,
      HOST: '127.0.0.1',
      DATA_DIR: 'memory:',
      ...env,
    },
  ];
  const trial: ImportTrial = {
    target,
    administrator,
    targetOrigin,
    proxy,
    throughProxy: { args: ['--to', proxy.origin], env: { IMPORT_TO_TOKEN: administrator.token ?? '' } },
    outreach: await outreachServer(),
    command,
    importing: async (invocation) => {
      const outcome = await runHere(importPurposes, ...command(invocation));
      const output = outcome.stdout + outcome.stderr;
      for (const secret of [trial.outreach.token, SECRET, 'eyJ']) expect(output).not.toContain(secret);
      return outcome;
    },
    listed: async () => (await all()).map(({ attributes }) => [attributes.name, attributes.order]),
    fill: (count) => fill(trial.outreach, count),
    reset: async () => {
      await trial.outreach.close();
      trial.outreach = await outreachServer();
      proxy.passes = () => true;
      for (const purpose of await all()) await administrator.delete(pathOf(purpose));
    },
    close: async () => {
      await trial.outreach.close();
      await proxy.close();
      await target.close();
    },
  };
  return trial;
}

function fill(outreach: OutreachServer, count: number): [string, number][] {
  outreach.purposes = Array.from({ length: count }, (_, index) => ({
    id: 1000 + index,
    name: `Purpose ${index}`,
    order: ((index * 7) % count) * 10,
  }));
  return outreach.purposes
    .map(({ name, order }): [string, number] => [name ?? '', order ?? 0])
    .sort(([, one], [, other]) => one - other);
}
