import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MEDIA_TYPE, type ResourceObject } from './client.js';
import { linkageTo } from './documents.js';

/** Where the service answers now. */
export interface Target {
  api: string;
  token: string;
}

/** A resource that a writer made: all its attributes tell of the same write, so that half of one would show. */
interface Entry {
  path: '/callPurposes' | '/calls';
  key: string;
  id?: string;
  /** The number of the last acknowledged write; null: deleted, or not made yet. */
  sure: number | null;
  /** The number of a write that got no answer: it was done or not. */
  pending?: number | null;
}

/** Who write at the same time. */
export const WRITERS = 8;

/** Of a writer; when it has so many, it deletes some. */
const LARGEST_COUNT = 6;

/**
 * Clients that make, change and delete call purposes and calls all the time, and know what has been acknowledged. One
 * resource has one writer, who leaves it alone from when a write got no answer until {@link settle}.
 */
export class Ledger {
  /** How many writes have been acknowledged, and how many got no answer, or 503. */
  acknowledged = 0;
  unanswered = 0;
  /** Answers that no fault of a server excuses. */
  readonly faults: string[] = [];
  private readonly entries: Entry[][] = Array.from({ length: WRITERS }, () => []);
  private writing = false;
  private writers: Promise<void>[] = [];
  private number = 0;

  start(target: Target): void {
    this.writing = true;
    this.writers = this.entries.map(async (entries) => {
      while (this.writing) await this.write(target, entries);
    });
  }

  /** Ends when every writer has its last answer, or none. */
  async stop(): Promise<void> {
    this.writing = false;
    await Promise.all(this.writers);
  }

  /** Waits until that many more writes are acknowledged. @throws Error when that takes longer */
  async untilAcknowledged(more: number, milliseconds: number): Promise<void> {
    const enough = this.acknowledged + more;
    for (const from = performance.now(); this.acknowledged < enough; await sleep(1))
      if (performance.now() - from > milliseconds) throw new Error(`No write was done in ${milliseconds} ms.`);
  }

  /**
   * Compares what the service has with what it has acknowledged, while nobody writes; from then on what it has counts.
   * @returns what is wrong: lost, half or twice
   */
  async settle(target: Target): Promise<string[]> {
    const found = await allOf(target);
    const wrong: string[] = [...this.faults];
    for (const entries of this.entries) {
      for (const entry of entries.splice(0)) {
        const resources = found.get(entry.key) ?? [];
        found.delete(entry.key);
        const [resource] = resources;
        const number = resource ? numberOf(resource) : null;
        const possible = entry.pending === undefined ? [entry.sure] : [entry.sure, entry.pending];
        if (resources.length > 1 || number === undefined || !possible.includes(number)) {
          wrong.push(`${JSON.stringify(entry)} became ${JSON.stringify(resources)}`);
        }
        if (resource) entries.push({ path: entry.path, key: entry.key, id: resource.id, sure: number ?? null });
      }
    }
    for (const [, resources] of found) wrong.push(`Nobody knows ${JSON.stringify(resources)}`);
    return wrong.slice(0, 5);
  }

  private async write(target: Target, entries: Entry[]): Promise<void> {
    const certain = entries.filter(({ pending }) => pending === undefined);
    const entry = certain[Math.floor(Math.random() * LARGEST_COUNT)];
    if (!entry) return this.create(target, entries);
    const number = certain.length >= LARGEST_COUNT && Math.random() < 0.5 ? null : ++this.number;
    const type = typeOf(entry.path);
    const data = { type, id: entry.id, attributes: attributesOf(entry, number ?? 0) };
    const url = `${entry.path}/${entry.id}`;
    if (number === null) await this.send(target, entry, number, 'DELETE', url, 204);
    else await this.send(target, entry, number, 'PATCH', url, 200, data);
    if (entry.sure === null && entry.pending === undefined) entries.splice(entries.indexOf(entry), 1);
  }

  private async create(target: Target, entries: Entry[]): Promise<void> {
    const path = Math.random() < 0.5 ? '/callPurposes' : '/calls';
    const entry: Entry = { path, key: randomUUID(), sure: null };
    const number = ++this.number;
    const linked = entries.find((other) => other.path === '/callPurposes' && other.id && other.pending === undefined);
    const data = {
      type: typeOf(path),
      attributes: attributesOf(entry, number),
      ...(path === '/calls' &&
        linked && {
          relationships: {
            callPurpose: { data: linkageTo({ type: 'callPurpose', id: linked.id ?? '' } as ResourceObject) },
          },
        }),
    };
    entries.push(entry);
    const made = await this.send(target, entry, number, 'POST', path, 201, data);
    if (made) entry.id = made.id;
  }

  /** @returns the resource in the answer */
  private async send(
    { api, token }: Target,
    entry: Entry,
    number: number | null,
    method: string,
    path: string,
    expected: number,
    data?: unknown,
  ): Promise<ResourceObject | undefined> {
    entry.pending = number;
    const answer = await fetch(api + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': MEDIA_TYPE },
      ...(data !== undefined && { body: JSON.stringify({ data }) }),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => ({ status: 0, text: '' }));
    if (answer.status === expected) {
      this.acknowledged++;
      entry.sure = number;
      delete entry.pending;
      return answer.text ? (JSON.parse(answer.text) as { data: ResourceObject }).data : undefined;
    }
    this.unanswered++;
    if (answer.status !== 0 && answer.status !== 503) this.faults.push(`${method} ${path}: ${answer.text}`);
    await sleep(20);
    return undefined;
  }
}

const typeOf = (path: Entry['path']) => (path === '/calls' ? 'call' : 'callPurpose');

const attributesOf = ({ path, key }: Entry, number: number) =>
  path === '/callPurposes'
    ? { name: `${key} ${number}`, order: number }
    : { direction: 'outbound', from: `${key} ${number}`, note: String(number), tags: [String(number)] };

/** The number of the write that the resource tells of; undefined when it tells of several. */
function numberOf({ type, attributes }: ResourceObject): number | undefined {
  const { name, order, from, note, tags } = attributes;
  const numbers =
    type === 'call' ? [afterKey(from), Number(note), ...(tags as string[]).map(Number)] : [afterKey(name), order];
  return new Set(numbers).size === 1 ? (numbers[0] as number) : undefined;
}

const afterKey = (text: unknown): number => Number(String(text).split(' ')[1]);

/** All that the writers have made, by key. */
async function allOf({ api, token }: Target): Promise<Map<string, ResourceObject[]>> {
  const found = new Map<string, ResourceObject[]>();
  for (const path of ['/callPurposes', '/calls']) {
    for (let next: string | undefined = `${api}${path}?page[size]=1000`; next;) {
      const response = await fetch(next, { headers: { Authorization: `Bearer ${token}` } });
      const { data, links } = (await response.json()) as { data: ResourceObject[]; links: { next?: string } };
      for (const resource of data) {
        const key = String(resource.attributes.name ?? resource.attributes.from).split(' ')[0] ?? '';
        // The ready-made purposes are nobody's.
        if (key.length === 36) found.set(key, [...(found.get(key) ?? []), resource]);
      }
      next = links.next;
    }
  }
  return found;
}
