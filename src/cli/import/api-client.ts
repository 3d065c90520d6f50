import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from '../../config/plain-error.js';
import { JSON_API_MEDIA_TYPE } from '../../json-api/media-type.js';
import { backoff, delayAskedFor } from './retry-delay.js';

const TIMEOUT_MS = 30_000;

/** The rate limit of the Outreach API is by the hour. */
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** A server that speaks the API, and how the operator speaks of it. */
export interface ApiServer {
  name: 'source' | 'target';
  /** The API's base, such as `https://api.outreach.io/api/v2`. */
  base: string;
  token: string;
  /** Whether a link to another page may name another origin: then its query is asked of `base`. It is never gone to. */
  mayNameOtherOrigin: boolean;
}

/** How patient the client is, and who hears of it. */
export interface Patience {
  /** How often a request is made again. */
  retries: number;
  onWait(message: string): void;
}

/** An answer below 500 that is not 429; `document` is undefined for a body that is no JSON. */
export interface ApiAnswer {
  status: number;
  contentType: string | null;
  document: Document | undefined;
  /** Whether the request may have been carried out before: an earlier attempt ended with a fault of the network or the server. */
  maybeRepeated: boolean;
}

interface Document {
  data?: unknown;
  links?: { next?: string | { href?: string } | null };
  errors?: { code?: string; id?: string; title?: string; detail?: string }[];
}

/** Makes requests of call purposes, again where that can help. */
export class ApiClient {
  private readonly collection: string;

  constructor(
    private readonly server: ApiServer,
    private readonly patience: Patience,
  ) {
    this.collection = `${server.base}/callPurposes`;
  }

  /**
   * The resource objects of the collection, page by page.
   * @throws PlainError when the server can't be read, or when a page's `links.next` leads to another origin
   */
  async *pages(size: number): AsyncGenerator<unknown[]> {
    const seen = new Set<string>();
    for (let url: string | null = `${this.collection}?page%5Bsize%5D=${size}&count=false`; url !== null;) {
      seen.add(url);
      const answer = await this.send('GET', url);
      if (answer.status !== 200) throw this.failure(answer);
      const { data, links } = answer.document ?? {};
      if (!Array.isArray(data)) throw this.notJsonApi(answer);
      yield data as unknown[];
      url = this.next(url, links?.next);
      if (url !== null && seen.has(url))
        throw new PlainError(`The ${this.server.name}'s pages lead in a circle: ${url}`);
    }
  }

  /** The resource objects with exactly that name. */
  async named(name: string): Promise<unknown[]> {
    const answer = await this.send(
      'GET',
      `${this.collection}?newFilterSyntax=true&filter%5Bname%5D%5B%5D=${encodeURIComponent(name)}`,
    );
    if (answer.status !== 200) throw this.failure(answer);
    const { data } = answer.document ?? {};
    return Array.isArray(data) ? (data as unknown[]) : [];
  }

  create(attributes: object): Promise<ApiAnswer> {
    return this.send('POST', this.collection, { data: { type: 'callPurpose', attributes } });
  }

  update(id: string, attributes: object): Promise<ApiAnswer> {
    return this.send('PATCH', `${this.collection}/${id}`, { data: { type: 'callPurpose', id, attributes } });
  }

  /** What an answer that stands for the whole import, and not for one call purpose, means to the operator. */
  failure({ status, contentType, document }: ApiAnswer): PlainError {
    const { name, base } = this.server;
    const token = name === 'source' ? '--token or IMPORT_TOKEN' : '--to-token or IMPORT_TO_TOKEN';
    const because = errorIn(document);
    if (status === 401) return new PlainError(`The ${name} does not accept the token (${token}): 401${because}`);
    if (status === 403) return new PlainError(`The ${name}'s token (${token}) does not allow this: 403${because}`);
    if (status === 404) {
      return new PlainError(
        `The ${name} has no call purposes at ${this.collection} (404): is ${base} the base of the API, as in https://host/api/v2?`,
      );
    }
    if (status >= 300 && status < 400)
      return new PlainError(
        `The ${name} answers with a redirect (${status}), which is not followed with a token: give the final URL.`,
      );
    if (status < 300) return this.notJsonApi({ status, contentType });
    return new PlainError(`The ${name} answers ${status}${because}`);
  }

  private notJsonApi({ status, contentType }: Pick<ApiAnswer, 'status' | 'contentType'>): PlainError {
    return new PlainError(
      `The ${this.server.name} does not answer with a JSON:API document: ${this.collection} gave ${status} with ${contentType ?? 'no media type'}.`,
    );
  }

  private next(current: string, link: string | { href?: string } | null | undefined): string | null {
    const href = typeof link === 'object' ? link?.href : link;
    if (!href) return null;
    const next = URL.parse(href, current);
    if (next?.origin === new URL(current).origin) return next.href;
    if (next && this.server.mayNameOtherOrigin) return `${this.collection}${next.search}`;
    throw new PlainError(
      `The ${this.server.name}'s next page is on ${next?.origin ?? 'no server'}, and not on ${new URL(current).origin}: the token is not sent there.`,
    );
  }

  private async send(method: string, url: string, body?: object): Promise<ApiAnswer> {
    let maybeRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(method, url, body);
      if (!('trouble' in outcome)) return { ...outcome, maybeRepeated };
      maybeRepeated ||= outcome.maybeDone;
      const { trouble, delay = backoff(attempt) } = outcome;
      if (attempt > this.patience.retries) throw new PlainError(`The ${this.server.name} ${trouble}.`);
      if (delay > LONGEST_WAIT_MS)
        throw new PlainError(`The ${this.server.name} ${trouble}, and asks to wait for more than two hours.`);
      const until = new Date(Date.now() + delay).toLocaleTimeString('en-GB');
      this.patience.onWait(`the ${this.server.name} ${trouble}, going on at ${until}`);
      await sleep(delay);
    }
  }

  private async attempt(
    method: string,
    url: string,
    body?: object,
  ): Promise<Omit<ApiAnswer, 'maybeRepeated'> | { trouble: string; delay?: number; maybeDone: boolean }> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        // The Outreach API asks for a Content-Type with every request.
        headers: {
          Authorization: `Bearer ${this.server.token}`,
          Accept: JSON_API_MEDIA_TYPE,
          'Content-Type': JSON_API_MEDIA_TYPE,
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      return { trouble: `can't be reached at ${this.server.base} (${reasonOf(error)})`, maybeDone: true };
    }
    const { status, headers } = response;
    if (status === 429 || status >= 500) {
      const delay = delayAskedFor(headers) ?? undefined;
      return {
        trouble: status === 429 ? 'has a rate limit (429)' : `answers ${status}`,
        maybeDone: status !== 429,
        delay,
      };
    }
    return { status, contentType: headers.get('content-type'), document: parsed(text) };
  }
}

/** The first error of a document, ready to be put after a status. */
export function errorIn(document: Document | undefined): string {
  const [error] = Array.isArray(document?.errors) ? document.errors : [];
  const detail = error?.detail ?? error?.title;
  return detail ? `, ${detail}` : '';
}

/** Whether the token lacks the scope, so that no other write will be allowed either. */
export const lacksScope = ({ status, document }: ApiAnswer): boolean =>
  status === 403 && (document?.errors?.some(({ code, id }) => (code ?? id) === 'unauthorizedOauthScope') ?? false);

function parsed(text: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code?.toString() ?? cause.message;
}
