import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';

describe('Managing', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { name: 'Ada', roles: ['admin'] });
  });
  afterAll(() => service.close());

  describe('Listing call purposes', () => {
    it('Gives a new database the ready-made collection in display order', async () => {
      const { status, resources, document } = await admin.get('/callPurposes');

      expect(status).toBe(200);
      expect(resources.map(({ attributes }) => attributes.name)).toEqual([
        'Initial Contact',
        'Follow-up',
        'Qualification',
        'Discovery',
        'Demo',
        'Proposal',
        'Negotiation',
        'Closing',
        'Onboarding',
        'Check-in',
        'Renewal',
      ]);
      expect(document.links).toEqual({
        self: 'http://localhost/api/v2/callPurposes',
        first: 'http://localhost/api/v2/callPurposes',
      });
    });
  });
});
