import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newCall } from '../helper/documents.js';

describe('Creating', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace', { name: 'Grace' });
  });
  afterAll(() => service.close());

  const FULL = {
    direction: 'inbound',
    from: '+49 30 901820',
    to: '+1 (212) 555-0100',
    outcome: 'Answered',
    note: 'Wants an offer.\nCall back on Monday.',
    tags: ['hot', 'Köln'],
    recordingUrl: 'https://recordings.example.com/2026/7.mp3?key=a%20b#t=10',
    dialedAt: '2026-03-01T08:00:00.000Z',
    answeredAt: '2026-03-01T08:00:07.250Z',
    completedAt: '2026-03-01T08:05:00.999Z',
  };

  const callsInDatabase = async () => Number((await service.sql('select count(*) as n from call'))[0]?.n);

  describe('Creating a call', () => {
    it('Can create one with every attribute', async () => {
      const { status, resource } = await grace.post('/calls', { type: 'call', attributes: FULL });

      expect(status).toBe(201);
      const { createdAt, updatedAt, ...attributes } = resource.attributes;
      expect(attributes).toEqual(FULL);
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(updatedAt).toBe(createdAt);
      const columns = 'direction, "from", "to", outcome, note, recording_url as "recordingUrl"';
      const { direction, from, to, outcome, note, recordingUrl } = FULL;
      expect(await service.sql(`select ${columns} from call where id = ?`, [resource.id])).toEqual([
        { direction, from, to, outcome, note, recordingUrl },
      ]);
    });

    it('Can create one with its direction alone', async () => {
      const { status, resource } = await grace.post('/calls', newCall({ direction: 'outbound' }));

      expect(status).toBe(201);
      expect(resource.attributes).toEqual({
        direction: 'outbound',
        from: null,
        to: null,
        outcome: null,
        note: null,
        tags: [],
        recordingUrl: null,
        dialedAt: null,
        answeredAt: null,
        completedAt: null,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      });
      expect(resource.relationships.callPurpose).toEqual({ data: null });
    });

    it('Makes the user who asks the one who logged it', async () => {
      const { resource } = await grace.post('/calls', newCall());

      const rows = await service.sql<{ id: unknown; subject: string }>(
        'select api_user.id, subject from api_user join call on user_id = api_user.id where call.id = ?',
        [resource.id],
      );
      expect(rows.map(({ subject }) => subject)).toEqual(['grace']);
      expect(resource.relationships.user).toEqual({
        data: { type: 'user', id: String(rows[0]?.id) },
        links: { related: `http://localhost/api/v2/users/${String(rows[0]?.id)}` },
      });
    });

    it('Answers with its URL, and with the document and ETag that a GET of that URL gives', async () => {
      const created = await grace.post('/calls', { type: 'call', attributes: FULL });

      const self = `http://localhost/api/v2/calls/${created.resource.id}`;
      expect(created.headers.location).toBe(self);
      expect(created.resource.links).toEqual({ self });
      const read = await grace.get(self);
      expect(read.status).toBe(200);
      expect(read.text).toBe(created.text);
      expect(created.headers.etag).toMatch(/^"[^"]+"$/);
      expect(read.headers.etag).toBe(created.headers.etag);
    });

    it('Gives one error for each fault and creates nothing', async () => {
      const before = await callsInDatabase();

      const { status, errors } = await grace.post('/calls', {
        type: 'call',
        attributes: { outcome: 'Busy', tags: 'hot', createdAt: '2026-03-01T08:00:00.000Z', duration: 7 },
        relationships: { user: { data: { type: 'user', id: '7' } }, callPurpose: {}, account: { data: null } },
      });

      expect(status).toBe(422);
      expect(errors.map(({ source }) => source?.pointer).sort()).toEqual([
        '/data/attributes',
        '/data/attributes/createdAt',
        '/data/attributes/duration',
        '/data/attributes/outcome',
        '/data/attributes/tags',
        '/data/relationships/account',
        '/data/relationships/callPurpose',
        '/data/relationships/user',
      ]);
      expect(await callsInDatabase()).toBe(before);
    });

    it('Cannot create one of another type', async () => {
      const { status, errors } = await grace.post('/calls', { ...newCall(), type: 'callPurpose' });

      expect(status).toBe(409);
      expect(errors).toEqual([expect.objectContaining({ code: 'conflict', source: { pointer: '/data/type' } })]);
    });

    it('Cannot create one with an id of its own', async () => {
      const before = await callsInDatabase();

      const { status } = await grace.post('/calls', { ...newCall(), id: '77' });

      expect(status).toBe(403);
      expect(await callsInDatabase()).toBe(before);
    });
  });
});
