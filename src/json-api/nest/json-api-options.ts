import type { FastifyRequest } from 'fastify';
import type { TrustedProxies } from './forwarded.js';
import { requestOrigin } from './request-origin.js';

/** What the protocol needs to know of the installation. */
export class JsonApiOptions {
  constructor(
    /** The API's path, such as `/api/v2`. */
    readonly basePath: string,
    /** What clients reach the service by, without a trailing slash; `null`: as the request says. */
    private readonly publicUrl: string | null,
    /** Whether documents show ids as integers, as the Outreach API does, and not as JSON:API's strings. */
    readonly integerIds: boolean,
    private readonly proxies: TrustedProxies,
  ) {}

  /**
   * The API's absolute URL for the links of an answer, without a trailing slash.
   * @throws JsonApiError 400 when the host of the request is none
   */
  baseUrl(request: FastifyRequest): string {
    return this.origin(request) + this.basePath;
  }

  /**
   * What the client reaches the service by, without a trailing slash: an origin, and a path where there is one.
   * @throws JsonApiError 400 when the host of the request is none
   */
  origin(request: FastifyRequest): string {
    return this.publicUrl ?? requestOrigin(request, this.proxies);
  }
}
