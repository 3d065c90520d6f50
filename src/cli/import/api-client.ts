import { OperatorError } from '../../config/operator-error.js';
import { type ApiAnswer, type ApiServer, type Patience, errorIn, send } from './send.js';

/** No collection of call purposes has as many; one without end would fill the memory. */
const MOST_PAGES = 1_000;

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
   * @throws OperatorError when the server can't be read, or when a page's `links.next` leads to another origin
   */
  async *pages(size: number): AsyncGenerator<unknown[]> {
    const seen = new Set<string>();
    for (let url: string | null = `${this.collection}?page%5Bsize%5D=${size}&count=false`; url !== null;) {
      seen.add(url);
      const answer = await send(this.server, this.patience, 'GET', url);
      if (answer.status !== 200) throw this.failure(answer);
      const { data, links } = answer.document ?? {};
      if (!Array.isArray(data)) throw this.notJsonApi(answer);
      yield data as unknown[];
      url = this.next(url, links?.next);
      if (url !== null && seen.has(url))
        throw new OperatorError(`The ${this.server.name}'s pages lead in a circle: ${url}`);
      if (seen.size >= MOST_PAGES)
        throw new OperatorError(`The ${this.server.name} has more than ${MOST_PAGES} pages, which can't be right.`);
    }
  }

  /** The resource objects with exactly that name. */
  async named(name: string): Promise<unknown[]> {
    const answer = await send(
      this.server,
      this.patience,
      'GET',
      `${this.collection}?newFilterSyntax=true&filter%5Bname%5D%5B%5D=${encodeURIComponent(name)}`,
    );
    if (answer.status !== 200) throw this.failure(answer);
    const { data } = answer.document ?? {};
    return Array.isArray(data) ? (data as unknown[]) : [];
  }

  create(attributes: object): Promise<ApiAnswer> {
    return send(this.server, this.patience, 'POST', this.collection, { data: { type: 'callPurpose', attributes } });
  }

  update(id: string, attributes: object): Promise<ApiAnswer> {
    return send(this.server, this.patience, 'PATCH', `${this.collection}/${id}`, {
      data: { type: 'callPurpose', id, attributes },
    });
  }

  /** What an answer that stands for the whole import, and not for one call purpose, means to the operator. */
  failure({ status, contentType, document }: ApiAnswer): OperatorError {
    const { name, base } = this.server;
    const token = name === 'source' ? '--token or IMPORT_TOKEN' : '--to-token or IMPORT_TO_TOKEN';
    const because = errorIn(document);
    if (status === 401) return new OperatorError(`The ${name} does not accept the token (${token}): 401${because}`);
    if (status === 403) return new OperatorError(`The ${name}'s token (${token}) does not allow this: 403${because}`);
    if (status === 404) {
      return new OperatorError(
        `The ${name} has no call purposes at ${this.collection} (404): is ${base} the base of the API, as in https://host/api/v2?`,
      );
    }
    if (status >= 300 && status < 400)
      return new OperatorError(
        `The ${name} answers with a redirect (${status}), which is not followed with a token: give the final URL.`,
      );
    if (status < 300) return this.notJsonApi({ status, contentType });
    return new OperatorError(`The ${name} answers ${status}${because}`);
  }

  private notJsonApi({ status, contentType }: Pick<ApiAnswer, 'status' | 'contentType'>): OperatorError {
    return new OperatorError(
      `The ${this.server.name} does not answer with a JSON:API document: ${this.collection} gave ${status} with ${contentType ?? 'no media type'}.`,
    );
  }

  private next(current: string, link: string | { href?: string } | null | undefined): string | null {
    const href = typeof link === 'object' ? link?.href : link;
    if (!href) return null;
    const next = URL.parse(href, current);
    if (next?.origin === new URL(current).origin) return next.href;
    if (next && this.server.mayNameOtherOrigin) return `${this.collection}${next.search}`;
    throw new OperatorError(
      `The ${this.server.name}'s next page is on ${next?.origin ?? 'no server'}, and not on ${new URL(current).origin}: the token is not sent there.`,
    );
  }
}
