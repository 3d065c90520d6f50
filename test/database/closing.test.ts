import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { build } from '../helper/build.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

describeUnless('Ends soon after the start', withoutServer)('A service on a server', () => {
  it.each([0, 1, 2, 3, 5, 8, 13, 1_000])('Ends %i ms after its start, whatever it does by then', async (age) => {
    const service = await build();
    await sleep(age);

    const from = performance.now();
    await service.close();
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
