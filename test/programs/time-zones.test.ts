import { afterEach, describe, expect, it } from '@jest/globals';
import { newCall } from '../helper/documents.js';
import { INSTANTS, sayIn } from '../helper/instants.js';
import { cleanUp, makeDataDirectory, startService } from '../helper/process.js';

describe('Whatever the time zone of the host is', () => {
  afterEach(cleanUp);

  it('What is sent is what comes back, also from a directory that comes from another place', async () => {
    const directory = makeDataDirectory();
    await sayIn(directory, { TimeZone: 'Europe/Berlin', DateStyle: 'ISO, MDY', IntervalStyle: 'postgres' });
    const host = await startService({ TZ: 'America/New_York', DATA_DIR: directory });
    for (const dialedAt of INSTANTS) {
      const { resource } = await host.request('POST', '/calls', { data: newCall({ dialedAt }) });
      expect(resource.attributes.dialedAt).toBe(dialedAt);
    }
    const { resources } = await host.request('GET', '/calls?sort=dialedAt');
    expect(resources.map(({ attributes }) => attributes.dialedAt)).toEqual(INSTANTS);
  });
});
