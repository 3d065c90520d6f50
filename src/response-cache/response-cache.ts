import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** What is remembered of the answer to a read. */
export interface RememberedResponse {
  /** {@link ChangeFeed.generation} from before the answer was read from the database; it holds no longer than that. */
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

  /** The answer for that viewer, if it was made in that generation. */
  find(url: string, viewerKey: string, generation: number): RememberedResponse | undefined {
    const shared = this.responses.get(url);
    const response = shared === PER_VIEWER ? this.responses.get(ownKey(url, viewerKey)) : shared;
    return response !== undefined && response !== PER_VIEWER && response.generation === generation
      ? response
      : undefined;
  }

  /** @param viewerKey of the only viewers who may see it; undefined when everyone may */
  remember(url: string, viewerKey: string | undefined, response: RememberedResponse): void {
    if (viewerKey === undefined) {
      this.responses.set(url, response);
      return;
    }
    this.responses.set(url, PER_VIEWER);
    this.responses.set(ownKey(url, viewerKey), response);
  }

  /** Bytes that the answers take, by their own count. */
  get size(): number {
    return this.responses.calculatedSize;
  }
}

/** A URL has no blank in it. */
const ownKey = (url: string, viewerKey: string): string => `${url} ${viewerKey}`;
