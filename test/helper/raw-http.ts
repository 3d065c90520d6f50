import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Document } from './client.js';
import { expectJsonApi } from './json-api-schema.js';

/** An HTTP response as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

const DEADLINE_MS = 10_000;

/** The bytes of a request without a body. */
export const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;

export const documentOf = ({ body }: RawAnswer): Document => JSON.parse(body) as Document;

/** Fails unless the answer is a JSON:API error document for a fault of the client, with a request id. */
export function expectClientError(answer: RawAnswer, status?: number): void {
  const document = documentOf(answer);
  expectJsonApi(document, answer.headers['content-type']);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  if (status) expect(answer.status).toBe(status);
  expect(document.errors?.map((error) => error.status)).toEqual([String(answer.status)]);
  expect(document.errors?.[0]?.id).toBe(document.errors?.[0]?.code);
  expect(answer.headers['x-request-id']).toMatch(/^[\w-]{16,}$/);
  expect(answer.headers.vary).toBe('Accept');
  if (answer.headers['content-length'])
    expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.body));
}

/**
 * Sends bytes as they are to a listening service, and reads until it closes the connection.
 * @returns the first answer
 * @throws Error when the service hangs, or closes the connection without an answer
 */
export async function exchange(origin: string, bytes: string | Buffer): Promise<RawAnswer> {
  return parse(await transfer(origin, bytes, Infinity));
}

/** Sends packets one after the other, each when the one before has had time to be read. */
export async function exchangeInPackets(origin: string, packets: string[]): Promise<RawAnswer> {
  return parse(await transfer(origin, packets, Infinity));
}

/**
 * Sends bytes and then ends the sending half of the connection.
 * @returns the first answer; `undefined` when the service closes the connection without one
 * @throws Error when the service hangs
 */
export async function sendAndEnd(origin: string, bytes: string | Buffer): Promise<RawAnswer | undefined> {
  const text = await transfer(origin, bytes, 0);
  return text === '' ? undefined : parse(text);
}

/** Sends bytes that may be no whole request, and ends the sending half of the connection when they are not answered soon. */
export async function sendInDoubt(origin: string, bytes: Buffer): Promise<RawAnswer | undefined> {
  const text = await transfer(origin, bytes, 50);
  return text === '' ? undefined : parse(text);
}

/** @param patience milliseconds after which the sending half ends */
function transfer(origin: string, bytes: string | Buffer | string[], patience: number): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const received = (): string => Buffer.concat(chunks).toString();
    const socket = connect({ host: hostname, port: Number(port) });
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The service hangs; so far it said: ${received()}`));
    }, DEADLINE_MS);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(deadline);
      clearTimeout(ending);
      resolve(received());
    });
    if (Array.isArray(bytes)) void writeSlowly(socket, bytes);
    else if (patience === 0) socket.end(bytes);
    else socket.write(bytes);
    const ending = patience > 0 && patience < Infinity ? setTimeout(() => socket.end(), patience) : undefined;
  });
}

async function writeSlowly(socket: Socket, packets: string[]): Promise<void> {
  socket.setNoDelay();
  for (const packet of packets) {
    socket.write(packet);
    await sleep(50);
  }
}

function parse(text: string): RawAnswer {
  const [, head = '', rest = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(text) ?? [];
  const [statusLine = '', ...lines] = head.split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine) ?? [];
  if (!status) throw new Error(`No HTTP response: ${JSON.stringify(text)}`);
  const headers: Record<string, string> = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headers['content-length'];
  const body = length === undefined ? rest : Buffer.from(rest).subarray(0, Number(length)).toString();
  return { status: Number(status), headers, body };
}
