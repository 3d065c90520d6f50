import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ImportTrial, importTrial } from '../helper/import-trial.js';
import { cleanUp, run, runUntilKilled } from '../helper/process.js';

describe('Importing from the Outreach API', () => {
  let trial: ImportTrial;

  beforeAll(async () => {
    trial = await importTrial();
    await trial.reset();
  });
  afterAll(async () => {
    await trial.close();
    await cleanUp();
  });

  it('Can be killed in the middle, and does what is left', async () => {
    const wanted = trial.fill(60);
    const running = runUntilKilled('cli/import', ...trial.command(trial.throughProxy));
    let created = 0;
    trial.proxy.passes = (method) => {
      if (method !== 'POST' || ++created < 25) return true;
      running.kill();
      return false;
    };
    expect((await running.outcome).signal).toBe('SIGKILL');
    expect(await trial.listed()).toEqual(wanted.slice(0, 25));

    trial.proxy.passes = () => true;
    const { code, stdout } = await run('cli/import', ...trial.command(trial.throughProxy));

    expect(code).toBe(0);
    expect(stdout).toContain('35 created, 0 updated, 25 unchanged, 0 refused');
    expect(await trial.listed()).toEqual(wanted);
  });
});
