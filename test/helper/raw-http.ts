import { connect } from 'node:net';

/** An HTTP response as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

const DEADLINE_MS = 10_000;

/**
 * Sends bytes as they are to a listening service, and reads until it closes the connection.
 * @returns the first answer
 * @throws Error when the service hangs, or closes the connection without an answer
 */
export async function exchange(origin: string, bytes: string | Buffer): Promise<RawAnswer> {
  return parse(await transfer(origin, bytes, Infinity));
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
function transfer(origin: string, bytes: string | Buffer, patience: number): Promise<string> {
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
    if (patience === 0) socket.end(bytes);
    else socket.write(bytes);
    const ending = patience > 0 && patience < Infinity ? setTimeout(() => socket.end(), patience) : undefined;
  });
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
