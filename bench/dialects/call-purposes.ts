import type { LoadRequest } from '../load.js';
import {
  type Answer,
  type Dialect,
  type Subject,
  type Work,
  ask,
  get,
  holds,
  newOrder,
  turn,
  userOf,
} from './dialect.js';

const API = '/api/v2';
const PAGE = 50;
/** Different pages that a load walks through. */
const PAGES = 200;

/** How our service is asked, and what answers as it does. */
export async function callPurposesDialect(subject: Subject): Promise<Dialect> {
  const { heavyPurpose, deepCall, deepDate, constant, changing } = subject.data;
  const list = `${API}/callPurposes`;
  const tags = await etags(subject);
  const ofPurpose = `filter%5BcallPurpose%5D%5Bid%5D=${heavyPurpose}`;
  const nearCalls = `${API}/calls?${ofPurpose}`;
  const nearDates = `${API}/calls?sort=createdAt`;
  const reading = (path: (n: number) => string, check: (answer: Answer) => void) => ({
    next: (n: number) => get(path(n), userOf(subject, n)),
    check,
  });
  const page = holds('callPurpose', PAGE);

  return {
    list: reading(() => list, page),
    'list-rs256': reading(() => list, page),
    'list-meta': reading(
      () => `${list}?provideAuthorizationMeta=true`,
      (answer) => {
        page(answer);
        if (!JSON.stringify(answer.document).includes('"meta":{"canWrite":true,"canDelete":true}'))
          throw new Error('There is no authorization meta.');
      },
    ),
    'list-filter': reading((n) => `${list}?filter%5Bname%5D=${subject.run}-${n}`, holds('callPurpose', 0)),
    get: reading((n) => `${list}/${turn(constant, n)}`, holds('callPurpose')),
    'get-304': {
      next: (n) => get(`${list}/${turn(constant, n)}`, { ...userOf(subject, 0), 'if-none-match': turn(tags, n) }, 304),
      check: () => undefined,
    },
    create: {
      next: (n) =>
        writing('POST', list, userOf(subject, n), { attributes: { name: `Bench ${subject.run}-${n}` } }, 201),
      check: holds('callPurpose'),
    },
    update: {
      next: (n) => {
        const id = turn(changing, n);
        const resource = { id, attributes: { order: newOrder(subject, n) } };
        return writing('PATCH', `${list}/${id}`, userOf(subject, n), resource, 200);
      },
      check: holds('callPurpose'),
    },
    'calls-first': reading(() => nearCalls, holds('call', PAGE)),
    'calls-deep': deep(subject, nearCalls, `filter%5Bid%5D=${deepCall}..inf`),
    'calls-date-first': reading(() => nearDates, holds('call', PAGE)),
    'calls-date-deep': deep(subject, nearDates, `filter%5BcreatedAt%5D=${deepDate}..inf`),
  };
}

/** Pages of calls behind a place that the filter leads to. */
function deep(subject: Subject, path: string, filter: string): Work {
  let cursors: string[] = [];
  return {
    prepare: async () => void (cursors = await pages(subject, `${path}&${filter}`)),
    next: (n) => get(`${path}${turn(cursors, n)}`, userOf(subject, n)),
    check: holds('call', PAGE),
  };
}

function writing(
  method: 'POST' | 'PATCH',
  path: string,
  headers: Record<string, string>,
  resource: object,
  status: number,
): LoadRequest {
  const body = JSON.stringify({ data: { type: 'callPurpose', ...resource } });
  return { method, path, headers: { ...headers, 'content-type': 'application/vnd.api+json' }, body, status };
}

/** The ETags of the constant purposes. They belong to the first user: another may see another document. */
async function etags(subject: Subject): Promise<string[]> {
  const tags: string[] = [];
  for (const id of subject.data.constant) {
    const { headers } = await ask(subject.origin, get(`${API}/callPurposes/${id}`, userOf(subject, 0)));
    tags.push(headers.get('etag') ?? '');
  }
  return tags;
}

/** Walks on from a place deep in a collection. @returns the `page[after]` parameters of the pages there */
async function pages(subject: Subject, from: string): Promise<string[]> {
  const found: string[] = [];
  for (let path = from; found.length < PAGES;) {
    const { document } = await ask(subject.origin, get(path, userOf(subject, 0)));
    const next = document.links?.next;
    if (!next) throw new Error(`${path} has no next page.`);
    const { pathname, search, searchParams } = new URL(next);
    found.push(`&page%5Bafter%5D=${encodeURIComponent(searchParams.get('page[after]') ?? '')}`);
    path = pathname + search;
  }
  return found;
}
