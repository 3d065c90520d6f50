import { randomUUID } from 'node:crypto';
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

/** Whether it says that it has been given before. */
export const wasReplayed = ({ headers }: Answer) => headers['idempotent-replayed'] === 'true';
