import type { FastifyRequest } from 'fastify';
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
    /** Whether the peer at that address and hop is a proxy whose forwarding headers are believed. */
    private readonly trusts: (address: string, hop: number) => boolean,
  ) {}

  /**
   * The API's absolute URL for the links of an answer, without a trailing slash.
   * @throws JsonApiError 400 when the host of the request is none
   */
  baseUrl(request: FastifyRequest): string {
    return (this.publicUrl ?? requestOrigin(request, this.trusts)) + this.basePath;
  }
}
