import type { LoadRequest } from '../load.js';

/** The work that contenders are measured at; what each is stands in `workloads.ts`. */
export type WorkName =
  | 'list'
  | 'list-meta'
  | 'list-rs256'
  | 'list-filter'
  | 'get'
  | 'get-304'
  | 'create'
  | 'update'
  | 'calls-first'
  | 'calls-deep'
  | 'calls-date-first'
  | 'calls-date-deep'
  | 'mixed';

/** An answer as the checks see it. */
export interface Answer {
  status: number;
  headers: Headers;
  document: { data?: unknown; links?: Record<string, string | undefined> };
}

/** How a contender is asked for some work. */
export interface Work {
  /** Finds out what the requests take; called once, before all of them. */
  prepare?(): Promise<void>;
  /** @param n counts the requests of a contender at this work, over all rounds */
  next(n: number): LoadRequest;
  /** Looks into the answer to the first request. @throws Error when it is not what was asked for */
  check(answer: Answer): void;
}

/** How a contender is asked for all that it can do. */
export type Dialect = Partial<Record<WorkName, Work>>;

/** What requests are made from. */
export interface Subject {
  origin: string;
  /** Headers with the tokens of several users, all of them administrators. */
  users: Record<string, string>[];
  /** Differs from run to run and from contender to contender, for names and orders that nothing has yet. */
  run: number;
  data: TrialFacts;
}

/** What the trial database holds. */
export interface TrialFacts {
  /** The purpose of the million calls. */
  heavyPurpose: string;
  /** Of the calls with that purpose, the id of the one behind half a million others, and when it was made. */
  deepCall: string;
  deepDate: string;
  /** All in display order, more than fill a page. */
  purposes: TrialPurpose[];
  /** The ids of those that stay as they are and of those that updates change. */
  constant: string[];
  changing: string[];
}

export interface TrialPurpose {
  id: string;
  name: string;
  order: number;
  createdAt: string;
  updatedAt: string;
}

/** The user whose turn it is. */
export const userOf = ({ users }: Subject, n: number): Record<string, string> => users[n % users.length] ?? {};

/** The one whose turn it is. */
export const turn = (values: string[], n: number): string => values[n % values.length] ?? '';

/** An order that no purpose has yet. */
export const newOrder = ({ run }: Subject, n: number): number => 1_000 + ((run + n) % 2_000_000_000);

export const get = (path: string, headers: Record<string, string>, status = 200): LoadRequest => ({
  method: 'GET',
  path,
  headers,
  status,
});

/** Asks once and reads the answer. */
export async function ask(origin: string, { method, path, headers, body }: LoadRequest): Promise<Answer> {
  const response = await fetch(origin + path, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    document: text === '' ? {} : (JSON.parse(text) as Answer['document']),
  };
}

/** A check that the document has so many resource objects (or is about one, without a number). */
export function holds(type: string, count?: number): (answer: Answer) => void {
  return ({ document: { data } }) => {
    const resources = (Array.isArray(data) ? data : [data]) as { type?: string; id?: string; attributes?: object }[];
    const isOne = !Array.isArray(data);
    const isRight = count === undefined ? isOne : !isOne && resources.length === count;
    const areWhole = resources.every(
      (one) => one?.type === type && one.id && Object.keys(one.attributes ?? {}).length >= 3,
    );
    if (isRight && areWhole) return;
    throw new Error(`Expected ${count ?? 'one'} of '${type}' and got ${JSON.stringify(data).slice(0, 300)}`);
  };
}
