/** Rows as arrays of texts, in the order of the select lists of `raw-queries.ts`. */
export type PurposeRow = [
  id: string,
  name: string,
  order: number,
  creator: string | null,
  version: number,
  createdAt: string,
  updatedAt: string,
];
export type CallRow = [
  id: string,
  direction: string,
  from: string | null,
  to: string | null,
  outcome: string | null,
  note: string | null,
  tags: string[],
  recordingUrl: string | null,
  dialedAt: string | null,
  answeredAt: string | null,
  completedAt: string | null,
  purpose: string | null,
  user: string | null,
  createdAt: string,
  updatedAt: string,
];

export interface PageLinks {
  self: string;
  first: string;
  prev?: string;
  next?: string;
}

export function page(links: PageLinks, resources: string[]): string {
  const prev = links.prev ? `,"prev":"${links.prev}"` : '';
  const next = links.next ? `,"next":"${links.next}"` : '';
  return `{"jsonapi":{"version":"1.1"},"links":{"self":"${links.self}","first":"${links.first}"${prev}${next}},"data":[${resources.join(',')}]}`;
}

export const single = (self: string, resource: string): string =>
  `{"jsonapi":{"version":"1.1"},"links":{"self":"${self}"},"data":${resource}}`;

/** @param may what `meta` says of both permissions, or undefined without it */
export function purposeObject(api: string, row: PurposeRow, may?: boolean): string {
  const [id, name, order, creator, , createdAt, updatedAt] = row;
  const meta = may === undefined ? '' : `,"meta":{"canWrite":${may},"canDelete":${may}}`;
  return `{"type":"callPurpose","id":"${id}","attributes":{"name":${JSON.stringify(name)},"order":${order},"createdAt":"${iso(createdAt)}","updatedAt":"${iso(updatedAt)}"},"relationships":{"creator":${toOne(api, 'user', 'users', creator)},"calls":{"links":{"related":"${api}/calls?filter%5BcallPurpose%5D%5Bid%5D=${id}"}}},"links":{"self":"${api}/callPurposes/${id}"}${meta}}`;
}

export function callObject(api: string, row: CallRow): string {
  const [id, direction, from, to, outcome, note, tags, recordingUrl, dialedAt, answeredAt, completedAt] = row;
  const [purpose, user, createdAt, updatedAt] = row.slice(11) as [string | null, string | null, string, string];
  return `{"type":"call","id":"${id}","attributes":{"direction":"${direction}","from":${text(from)},"to":${text(to)},"outcome":${text(outcome)},"note":${text(note)},"tags":${JSON.stringify(tags)},"recordingUrl":${text(recordingUrl)},"dialedAt":${date(dialedAt)},"answeredAt":${date(answeredAt)},"completedAt":${date(completedAt)},"createdAt":"${iso(createdAt)}","updatedAt":"${iso(updatedAt)}"},"relationships":{"callPurpose":${toOne(api, 'callPurpose', 'callPurposes', purpose)},"user":${toOne(api, 'user', 'users', user)}},"links":{"self":"${api}/calls/${id}"}}`;
}

const toOne = (api: string, type: string, path: string, id: string | null): string =>
  id === null ? '{"data":null}' : `{"data":{"type":"${type}","id":"${id}"},"links":{"related":"${api}/${path}/${id}"}}`;

const text = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value));

const date = (value: string | null): string => (value === null ? 'null' : `"${iso(value)}"`);

/** `2026-11-24 08:40:56.268+00`, where PostgreSQL leaves out zeros at the end, as ISO 8601 with milliseconds. */
export const iso = (value: string): string =>
  `${value.slice(0, 10)}T${value.slice(11, 19)}.${value.slice(20, -3).padEnd(3, '0')}Z`;
