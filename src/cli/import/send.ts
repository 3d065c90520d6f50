import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { boundedText } from '../../auth/bounded-text.js';
import { OperatorError } from '../../config/operator-error.js';
import { JSON_API_MEDIA_TYPE } from '../../json-api/requests/media-type.js';
import { printable } from './printable.js';
import { backoff, delayAskedFor } from './retry-delay.js';

const TIMEOUT_MS = 30_000;

/** Of a response: several times what a page of the longest call purposes has. */
const LARGEST_BYTES = 16 * 1024 * 1024;

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

export interface Document {
  data?: unknown;
  links?: { next?: string | { href?: string } | null };
  errors?: { code?: string; id?: string; title?: string; detail?: string }[];
}

/**
 * Makes a request, and makes it again when the network or the server fails or the server asks to wait.
 * @throws OperatorError when that has not helped
 */
export async function send(
  server: ApiServer,
  patience: Patience,
  method: string,
  url: string,
  body?: object,
): Promise<ApiAnswer> {
  let maybeRepeated = false;
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(server, method, url, body);
    if (!('trouble' in outcome)) return { ...outcome, maybeRepeated };
    maybeRepeated ||= outcome.maybeDone;
    const { trouble, delay = backoff(attempts) } = outcome;
    if (attempts > patience.retries) throw new OperatorError(`The ${server.name} ${trouble}.`);
    if (delay > LONGEST_WAIT_MS)
      throw new OperatorError(`The ${server.name} ${trouble}, and asks to wait for more than two hours.`);
    const until = new Date(Date.now() + delay).toLocaleTimeString('en-GB');
    patience.onWait(`the ${server.name} ${trouble}, going on at ${until}`);
    await sleep(delay);
  }
}

async function attempt(
  server: ApiServer,
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
        Authorization: `Bearer ${server.token}`,
        Accept: JSON_API_MEDIA_TYPE,
        'Content-Type': JSON_API_MEDIA_TYPE,
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    text = await boundedText(response, LARGEST_BYTES);
  } catch (error) {
    return { trouble: `can't be reached at ${server.base} (${reasonOf(error)})`, maybeDone: true };
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

/** The first error of a document, ready to be put after a status. */
export function errorIn(document: Document | undefined): string {
  const [error] = Array.isArray(document?.errors) ? document.errors : [];
  const detail = error?.detail ?? error?.title;
  return detail ? printable(`, ${detail}`) : '';
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
  const cause = isNativeError(error) && isNativeError(error.cause) ? error.cause : error;
  if (!isNativeError(cause)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : cause.message;
}
