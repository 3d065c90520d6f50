import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { OpenAPIObject } from 'openapi3-ts/oas31';
import { type Service, build } from '../helper/build.js';
import { SEED } from '../helper/cases.js';
import { type Answer, answerOf } from '../helper/client.js';
import { checkDescribed } from '../helper/described-answers.js';
import { type Caller, type DescribedRequest, requestsOf } from '../helper/described-requests.js';
import { expectSound } from '../helper/expectations.js';
import { type RawAnswer, exchange, sendInDoubt } from '../helper/raw-http.js';
import { brokenBytes } from '../helper/broken-http.js';

/** A hundred times as many by `npm run test:fuzz`. A failure prints the seed that repeats it. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 200);

/** What the contract leaves a request. */
const LONGEST_MS = 1_000;

/** By how much the memory in use may differ between two looks: what is remembered of answers and tokens. */
const MEMORY_BYTES = 24 * 1024 * 1024;

/** So that lists stay short, and the ids in requests are those of resources. */
const REQUESTS_TO_RENEWAL = 250;

jest.setTimeout(60_000 + 60 * REQUESTS);

let service: Service;
let origin: string;
let document: OpenAPIObject;
let tokens: Record<Caller, string | undefined>;
let sent = 0;

beforeAll(async () => {
  service = await build({ RATE_LIMIT: '1000000000' });
  origin = await service.listen();
  document = (await (await fetch(`${origin}/api/v2/schema/openapi.json`)).json()) as OpenAPIObject;
  tokens = {
    administrator: service.as('ada', { roles: ['admin'] }).token,
    user: service.as('otto').token,
    reader: service.as('rita', { scopes: ['calls.read', 'callPurposes.read'] }).token,
    nobody: undefined,
    intruder: service.as('mallory').token?.slice(0, -4),
  };
});
afterAll(() => service.close());

/** Forty purposes and calls, with the ids that requests are made for. */
async function renew(): Promise<void> {
  await service.sql('delete from call');
  await service.sql('delete from call_purpose');
  await service.sql(`insert into call_purpose (id, name, name_key, "order") overriding system value
    select n, 'Purpose ' || n, 'purpose ' || n, n from generate_series(1, 40) as n`);
  await service.sql(`insert into call (id, direction, call_purpose_id) overriding system value
    select n, 'inbound', n from generate_series(1, 40) as n`);
  for (const table of ['call', 'call_purpose'])
    await service.sql(`select setval(pg_get_serial_sequence('${table}', 'id'), 40 + ?)`, [sent]);
}

function bytesOf({ caller, method, target, headers, body }: DescribedRequest): Buffer {
  const token = tokens[caller];
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    ...(token ? [`Authorization: Bearer ${token}`] : []),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return body === undefined ? head : Buffer.concat([head, Buffer.from(body as string)]);
}

/** A path that begins as the API's do, alone, behind a method, or in a whole URL: `//api/` is another. */
const TARGET_OF_API = /(^|\s|https?:\/\/[^/\s]*)\/api\//i;

/** The answer, held to the OpenAPI document and to JSON:API. */
async function soundAnswer(
  { status, headers, body }: RawAnswer,
  { method, target }: { method: string; target: string },
): Promise<Answer> {
  await checkDescribed(service.app);
  const isDocument = headers['content-type'] !== 'application/json';
  const answer = answerOf(status, headers, isDocument ? body : '');
  // Beside the API there is nothing that an answer could depend on.
  const isBeside = headers.vary === undefined && (status === 404 || !TARGET_OF_API.test(target));
  if (isDocument) expectSound(isBeside ? { ...answer, headers: { ...headers, vary: 'Accept' } } : answer, method);
  return answer;
}

/** Sends it, a second time if the first took too long: the machine may have been busy with something else. */
async function inTime<Result>(send: () => Promise<Result>): Promise<Result> {
  const timed = async () => {
    const from = performance.now();
    const result = await send();
    return { result, milliseconds: performance.now() - from };
  };
  const first = await timed();
  const { result, milliseconds } = first.milliseconds < LONGEST_MS ? first : await timed();
  expect(milliseconds).toBeLessThan(LONGEST_MS);
  return result;
}

async function everyNow(): Promise<void> {
  if (sent++ % REQUESTS_TO_RENEWAL === 0) await renew();
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memoryInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('Whatever is sent, the answer is sound, in time, and costs no memory', () => {
  it('In requests near those of the OpenAPI document', async () => {
    const statuses = new Map<number, number>();
    let [requests, memory] = [0, 0];
    await fc.assert(
      fc.asyncProperty(requestsOf(document), async (request) => {
        await everyNow();
        const answer = await soundAnswer(await inTime(() => exchange(origin, bytesOf(request))), request);
        if (request.isDescribed) expect([400, 405, 406, 409, 415]).not.toContain(answer.status);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (++requests === Math.floor(REQUESTS / 4)) memory = memoryInUse();
      }),
      { numRuns: REQUESTS, ...SEED },
    );

    expect(memoryInUse() - memory).toBeLessThan(MEMORY_BYTES);
    if (process.env.FUZZ_REQUESTS) console.info(new Map([...statuses].sort()), memoryInUse() - memory);
    // Otherwise the requests would not try much.
    if (REQUESTS >= 1_000)
      expect([...statuses.keys()]).toEqual(
        expect.arrayContaining([200, 201, 204, 400, 401, 403, 404, 405, 409, 415, 422]),
      );
  });

  it('In bytes that are no HTTP, or hardly', async () => {
    const requests = requestsOf(document).chain((request) => brokenBytes(bytesOf(request)));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (bytes) => {
        await everyNow();
        const answer = await inTime(() => sendInDoubt(origin, bytes));
        if (!answer) return;
        answered++;
        await soundAnswer(answer, {
          method: bytes.toString('latin1', 0, 8).startsWith('HEAD ') ? 'HEAD' : 'GET',
          target: bytes.toString('latin1', 0, 10_000),
        });
      }),
      { numRuns: Math.ceil(REQUESTS / 4), ...SEED },
    );
    expect(answered).toBeGreaterThan(REQUESTS / 8);
  });
});

describe('What was found in this way', () => {
  it('Is described as it is: sort may be empty', async () => {
    const { status } = await service.as('ada').get('/users?sort=');
    const { parameters } = document.paths?.['/api/v2/users']?.get ?? {};

    expect(status).toBe(200);
    expect(parameters).toContainEqual(
      expect.objectContaining({ name: 'sort', schema: expect.not.objectContaining({ minItems: 1 }) }),
    );
  });
});
