import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import { ChangeFeed } from '../database/change-feed.js';
import { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import type { Viewer } from '../json-api/resource.js';

/** What is remembered of the answer to a read. */
export interface RememberedResponse {
  /** {@link ResponseCache.generation} from before the answer was read from the database; it holds no longer than that. */
  generation: number;
  body: Buffer;
  etag: string | undefined;
}

/** In place of an answer that is not the same for everyone: the answers stand under keys with the viewer's. */
const PER_VIEWER = Symbol('answers by viewer');

const CAPACITY_BYTES = 32 * 1024 * 1024;

/** Rough size of an entry without its body and key. */
const ENTRY_BYTES = 300;

/** Answers to reads by URL, the most recently used ones, in bounded memory. */
@Injectable()
export class ResponseCache {
  private readonly responses = new LRUCache<string, RememberedResponse | typeof PER_VIEWER>({
    maxSize: CAPACITY_BYTES,
    sizeCalculation: (response, key) =>
      ENTRY_BYTES + 2 * key.length + (response === PER_VIEWER ? 0 : response.body.length),
  });

  constructor(
    private readonly settings: Settings,
    private readonly changes: ChangeFeed,
    private readonly options: JsonApiOptions,
  ) {}

  /** Of what is read from now on; `null` while nothing may be remembered. */
  get generation(): number | null {
    return this.settings.responseCache ? this.changes.generation : null;
  }

  /** The answer to that request of that viewer, if no change has been heard of since it was made and none can have gone unheard. */
  find(request: FastifyRequest, viewer: Viewer): RememberedResponse | undefined {
    const { generation } = this;
    if (generation === null) return undefined;
    const url = this.urlOf(request);
    const shared = this.responses.get(url);
    const response = shared === PER_VIEWER ? this.responses.get(ownKey(url, viewer)) : shared;
    return response !== undefined && response !== PER_VIEWER && response.generation === generation
      ? response
      : undefined;
  }

  /**
   * Remembers the answer to that request, unless something has changed since it was begun.
   * @param viewer the only one who may see it; undefined when everyone may who may read the resource
   */
  remember(request: FastifyRequest, viewer: Viewer | undefined, response: RememberedResponse): void {
    if (response.generation !== this.generation) return;
    const url = this.urlOf(request);
    if (!viewer) {
      this.responses.set(url, response);
      return;
    }
    this.responses.set(url, PER_VIEWER);
    this.responses.set(ownKey(url, viewer), response);
  }

  /** Bytes that the answers take, by their own count. */
  get size(): number {
    return this.responses.calculatedSize;
  }

  /** Links in an answer begin with what the client has reached the service by. */
  private urlOf(request: FastifyRequest): string {
    return this.options.baseUrl(request) + request.url;
  }
}

/** A URL has no blank in it. */
const ownKey = (url: string, { key }: Viewer): string => `${url} ${key}`;
