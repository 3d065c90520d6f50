import type { LoadRequest } from '../load.js';
import { type Answer, type Dialect, type Subject, type Work, get, holds, newOrder, turn, userOf } from './dialect.js';

const PAGE = 50;

/**
 * How an API of json-api-nestjs is asked. It pages by number, counts all rows for every page, and filters by a relationship
 * only when that is included.
 */
export function jsonApiNestjsDialect(subject: Subject): Promise<Dialect> {
  const { heavyPurpose } = subject.data;
  const list = '/call-purpose?sort=order,id&page%5Bnumber%5D=1&page%5Bsize%5D=50';
  const callsPage = (n: number) => `sort=id&page%5Bnumber%5D=${n}&page%5Bsize%5D=50`;
  const calls = (n: number) =>
    `/call?filter%5BcallPurpose.id%5D%5Beq%5D=${heavyPurpose}&include=callPurpose&${callsPage(n)}`;
  const dates = (n: number) => `/call?${callsPage(n).replace('sort=id', 'sort=createdAt,id')}`;
  const plain = purposes(subject, { path: '/call-purpose', type: 'call-purpose', mediaType: 'application/json' });
  const read = reader(subject);
  return Promise.resolve({
    ...plain,
    list: read(() => list, holds('call-purpose', PAGE)),
    'list-rs256': read(() => list, holds('call-purpose', PAGE)),
    'list-filter': read((n) => `/call-purpose?filter%5Bname%5D%5Beq%5D=${subject.run}-${n}`, holds('call-purpose', 0)),
    'calls-first': read(() => calls(1), holds('call', PAGE)),
    'calls-deep': read((n) => calls(10_000 + (n % 200)), holds('call', PAGE)),
    'calls-date-first': read(() => dates(1), holds('call', PAGE)),
    'calls-date-deep': read((n) => dates(10_000 + (n % 200)), holds('call', PAGE)),
  });
}

/** How an API of fortune with fortune-json-api is asked. */
export function fortuneDialect(subject: Subject): Promise<Dialect> {
  return Promise.resolve(memoryDialect(subject, '/callPurpose', 'callPurpose', 204));
}

/** How an API of jsonapi-server is asked. */
export function jsonapiServerDialect(subject: Subject): Promise<Dialect> {
  return Promise.resolve(memoryDialect(subject, '/callPurposes', 'callPurposes', 200));
}

function memoryDialect(subject: Subject, path: string, type: string, updated: number): Dialect {
  const list = `${path}?sort=order&page%5Boffset%5D=0&page%5Blimit%5D=50`;
  const read = reader(subject);
  return {
    ...purposes(subject, { path, type, mediaType: 'application/vnd.api+json', updated }),
    list: read(() => list, holds(type, PAGE)),
    'list-rs256': read(() => list, holds(type, PAGE)),
    'list-filter': read((n) => `${path}?filter%5Bname%5D=${subject.run}-${n}`, holds(type, 0)),
  };
}

/** What all of the peers are asked in the same way. */
function purposes(
  subject: Subject,
  { path, type, mediaType, updated = 200 }: { path: string; type: string; mediaType: string; updated?: number },
): Dialect {
  const write = (method: LoadRequest['method'], to: string, n: number, resource: object, status: number) => ({
    method,
    path: to,
    headers: { ...userOf(subject, n), 'content-type': mediaType },
    body: JSON.stringify({ data: { type, ...resource } }),
    status,
  });
  return {
    get: reader(subject)((n) => `${path}/${turn(subject.data.constant, n)}`, holds(type)),
    create: {
      // None of them finds an order by itself.
      next: (n) =>
        write('POST', path, n, { attributes: { name: `Bench ${subject.run}-${n}`, order: newOrder(subject, n) } }, 201),
      check: ({ document }) => {
        if (!document.data) throw new Error('There is no data.');
      },
    },
    update: {
      next: (n) => {
        const id = turn(subject.data.changing, n);
        return write('PATCH', `${path}/${id}`, n, { id, attributes: { order: newOrder(subject, n) } }, updated);
      },
      check: updated === 204 ? () => undefined : holds(type),
    },
  };
}

function reader(subject: Subject): (path: (n: number) => string, check: (answer: Answer) => void) => Work {
  return (path, check) => ({ next: (n) => get(path(n), userOf(subject, n)), check });
}
