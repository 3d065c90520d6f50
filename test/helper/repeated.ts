import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Service } from './build.js';
import type { Answer } from './client.js';

/** A key that nobody has used. */
export const newKey = () => `"${randomUUID()}"`;
export const keyed = (key: string) => ({ 'idempotency-key': key });

/** What counts of an answer: all but what every answer has of its own. */
export const essence = ({ status, headers, text }: Answer) => ({
  status,
  location: headers.location,
  etag: headers.etag,
  type: headers['content-type'],
  text,
});

/** Fails unless it is a refusal for the sake of the key. */
export function expectKeyRefused({ status, errors }: Answer, expected: number, code: string): void {
  expect({ status, errors }).toEqual({
    status: expected,
    errors: [expect.objectContaining({ code, source: { header: 'Idempotency-Key' } })],
  });
}

/** How many purposes there are or were of that name. */
export const purposesNamed = async (service: Service, name: string) =>
  (await service.sql('select id from call_purpose where name = ?', [name])).length;

/** Whether it says that it has been given before. */
export const wasReplayed = ({ headers }: Answer) => headers['idempotent-replayed'] === 'true';
