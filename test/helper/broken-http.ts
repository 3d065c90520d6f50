import fc from 'fast-check';
import { binaryText } from './arbitraries.js';

type Breakage = fc.Arbitrary<(bytes: Buffer) => Buffer>;

const anywhere = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const at = (bytes: Buffer, place: number): number => Math.floor(place * bytes.length);

const cut: Breakage = anywhere.map((place) => (bytes) => bytes.subarray(0, at(bytes, place)));

const overwrite: Breakage = fc
  .tuple(anywhere, fc.uint8Array({ minLength: 1, maxLength: 4 }))
  .map(([place, others]) => (bytes) => {
    const copy = Buffer.from(bytes);
    copy.set(others.subarray(0, copy.length - at(copy, place)), at(copy, place));
    return copy;
  });

const repeat: Breakage = fc.tuple(anywhere, anywhere).map(([one, other]) => (bytes) => {
  const [from, to] = [at(bytes, Math.min(one, other)), at(bytes, Math.max(one, other))];
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
});

const LINES = [
  ...['Content-Length: 5', 'Content-Length: -1', 'Content-Length: 1e1', 'Content-Length: 99999999999999999999'],
  ...['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: x', 'Host: elsewhere'],
  ...['Connection: keep-alive', 'Connection: upgrade', 'Expect: 200-ok', ': no name', 'no colon', ' folded'],
  ...['X: \0', 'X: \x7f', 'X\t: y', 'Trailer: X', `X: ${'y'.repeat(20_000)}`],
];

/** Behind the request line. */
const insertLine: Breakage = fc.oneof(fc.constantFrom(...LINES), binaryText()).map((line) => (bytes) => {
  const end = bytes.indexOf('\r\n') + 2;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(`${line}\r\n`), bytes.subarray(end)]);
});

const replaceText: Breakage = fc
  .constantFrom(
    ...[
      ['\r\n', '\n'],
      ['\r\n', '\r'],
      ['\r\n\r\n', '\r\n'],
      ['HTTP/1.1', 'HTTP/1.0'],
      ['HTTP/1.1', 'HTTP/2.0'],
    ],
    ...[
      ['Host: localhost\r\n', ''],
      ['Host: localhost', 'Host:'],
      ['Host: localhost', 'Host: a b'],
      [' /', '  /'],
    ],
    ...[
      [' /', ' http://localhost/'],
      [' /', ' //'],
      [' /', ' localhost:80'],
      [' /', ' *'],
      ['GET', 'get'],
    ],
  )
  .map(
    ([from = '', to = '']) =>
      (bytes) =>
        Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1'),
  );

const junk: Breakage = fc.uint8Array({ maxLength: 300 }).map((bytes) => () => Buffer.from(bytes));

/** Those bytes of an HTTP request, spoilt in one or two ways. */
export const brokenBytes = (request: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .array(
      fc.oneof(
        ...[cut, overwrite, repeat].map((arbitrary) => ({ weight: 2, arbitrary })),
        ...[insertLine, replaceText].map((arbitrary) => ({ weight: 4, arbitrary })),
        { weight: 1, arbitrary: junk },
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((breakages) => legible(breakages.reduce((bytes, breaking) => breaking(bytes), request)));

/** For the report of a failure. */
const legible = (bytes: Buffer): Buffer =>
  Object.assign(bytes, { [fc.toStringMethod]: () => JSON.stringify(bytes.toString('latin1')) });
