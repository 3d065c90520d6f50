import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purposes as program } from '../../src/cli/programs/purposes.js';
import { type Service, build } from '../helper/build.js';
import type { TestDatabase } from '../helper/database.js';
import { linkageTo, newCall, newPurpose, pathOf } from '../helper/documents.js';
import type { ResourceObject } from '../helper/client.js';
import { createProgramDatabase } from '../helper/process.js';
import { type Ended, runHere } from '../helper/terminal.js';

describe('The purposes command', () => {
  let database: TestDatabase;
  let taken: ResourceObject;
  let free: ResourceObject;
  let call: ResourceObject;

  /** A service on the data, which no other process can open meanwhile where it is embedded. */
  async function withService(task: (service: Service) => Promise<void>): Promise<void> {
    const service = await build({}, database);
    await task(service);
    await service.close();
  }

  /** A stopped service's data: two deleted purposes, one whose name another has taken and one that a call carries. */
  beforeAll(async () => {
    database = await createProgramDatabase();
    await withService(async (service) => {
      const ada = service.as('ada', { roles: ['admin'] });
      const create = async (name: string) => (await ada.post('/callPurposes', newPurpose({ name }))).resource;
      [taken, free] = [await create('Contested'), await create('Forgotten')];
      call = (await ada.post('/calls', newCall({}, linkageTo(free)))).resource;
      for (const purpose of [taken, free]) await ada.delete(pathOf(purpose));
      await create('CONTESTED');
    });
  });
  afterAll(() => database.drop());

  const purposes = (...args: string[]) => runHere(program, args, database.env);

  const rows = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));

  /** An operator is told in a line what is wrong, without a stack. */
  function expectComplaint({ code, stdout, stderr }: Ended): void {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  }

  it('Lists the call purposes in display order', async () => {
    const { code, stdout, stderr } = await purposes('list');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rows(stdout)).toHaveLength(12);
    expect(rows(stdout)[0]?.slice(1)).toEqual(['1', 'Initial Contact']);
    expect(rows(stdout).map(([, , name]) => name)).toContain('CONTESTED');
    expect(rows(stdout).map(([, , name]) => name)).not.toContain('Forgotten');
  });

  it('Lists the deleted ones', async () => {
    const { code, stdout } = await purposes('list', '--deleted');

    expect(code).toBe(0);
    expect(rows(stdout)).toEqual([
      [taken.id, String(taken.attributes.order), 'Contested', expect.stringMatching(/^\d{4}-\d\d-\d\d/)],
      [free.id, String(free.attributes.order), 'Forgotten', expect.stringMatching(/^\d{4}-\d\d-\d\d/)],
    ]);
  });

  it.each(['999999', '1'])('Cannot restore %s, which is no deleted purpose', async (id) => {
    const outcome = await purposes('restore', id);

    expectComplaint(outcome);
    expect(outcome.stderr).toContain(id);
  });

  it('Cannot restore a purpose whose name is taken, but says how to', async () => {
    const outcome = await purposes('restore', taken.id);

    expectComplaint(outcome);
    expect(outcome.stderr).toContain('--name');
  });

  it('Cannot restore a purpose under a name that it can never have', async () => {
    expectComplaint(await purposes('restore', taken.id, '--name', ' '));
  });

  it('Restores a purpose under a new name', async () => {
    const { code, stdout, stderr } = await purposes('restore', taken.id, '--name', ' Contested again ');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Contested again');
  });

  it('Restores a purpose under its old name', async () => {
    const { code, stdout, stderr } = await purposes('restore', free.id);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Forgotten');
  });

  it('Has restored them for the service and for the calls that carried them', async () => {
    await withService(async (service) => {
      const ada = service.as('ada');
      const found = await ada.get(`/callPurposes?filter[id]=${taken.id},${free.id}`);
      expect(found.resources.map(({ attributes }) => [attributes.name, attributes.order])).toEqual([
        ['Contested again', taken.attributes.order],
        ['Forgotten', free.attributes.order],
      ]);
      const { resource } = await ada.get(`/calls/${call.id}`);
      expect(resource.relationships.callPurpose?.data).toEqual(linkageTo(free));
    });
  });
});
