import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Write, deepDocuments, documentsNearValid, writes } from '../helper/arbitrary-documents.js';
import { type Service, build } from '../helper/build.js';
import { allCases, cases } from '../helper/cases.js';
import type { Answer, Client } from '../helper/client.js';
import { expectSound } from '../helper/expectations.js';
import { makeCall, makePurpose } from '../helper/fixtures.js';
import { leadsSomewhere } from '../helper/json-pointer.js';

describe('Any request documents', () => {
  let service: Service;
  let client: Client;
  let purpose: string;
  let call: string;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada', { roles: ['admin'] });
    purpose = await makePurpose(service, 'ada');
    call = await makeCall(service, 'ada', purpose);
  });
  afterAll(() => service.close());

  const idFor = (write: Write): string => (write.endsWith('/calls') ? call : purpose);

  /** Sends a document to where new resources are made, or to one that is there. */
  async function send(write: Write, body: string | Buffer): Promise<Answer> {
    const [method, path] = write.split(' ') as ['POST' | 'PATCH', string];
    const answer = await client.send(method, method === 'POST' ? path : `${path}/${idFor(write)}`, { body });
    expectSound(answer, method);
    return answer;
  }

  function expectPointersInto(body: string, { errors }: Answer): void {
    for (const { source } of errors) {
      if (source?.pointer === undefined) continue;
      expect([source.pointer, leadsSomewhere(JSON.parse(body), source.pointer)]).toEqual([source.pointer, true]);
    }
  }

  describe('Whatever document is sent, the answer is sound', () => {
    it('When it is near a valid one', async () => {
      const statuses = new Set<number>();
      const documents = writes.chain((write) =>
        documentsNearValid(write, idFor(write)).map((body) => [write, body] as const),
      );
      await fc.assert(
        fc.asyncProperty(documents, async ([write, body]) => {
          const answer = await send(write, body);
          expectPointersInto(body, answer);
          statuses.add(answer.status);
        }),
        cases(400),
      );
      // Otherwise the documents would be too far from valid ones to try much.
      if (allCases) expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 409, 422]));
    });

    it('When it is any JSON', async () => {
      const documents = fc.oneof(
        fc.json(),
        fc.jsonValue().map((data) => JSON.stringify({ data })),
      );
      await fc.assert(
        fc.asyncProperty(writes, documents, async (write, body) => {
          expectPointersInto(body, await send(write, body));
        }),
        cases(100),
      );
    });

    it('When it is any bytes', async () => {
      await fc.assert(
        fc.asyncProperty(writes, fc.uint8Array({ maxLength: 200 }), async (write, bytes) => {
          expect((await send(write, Buffer.from(bytes))).status).toBe(400);
        }),
        cases(100),
      );
    });

    it('When it is nested deeply', async () => {
      await fc.assert(
        fc.asyncProperty(writes, deepDocuments, async (write, body) => {
          await send(write, body);
        }),
        cases(30),
      );
    });
  });
});
