import type { Service } from './build.js';

let made = 0;

/** A text that no other fixture has. */
export const unique = (text: string): string => `${text} ${++made}`;

/** The id of the user with that subject, who is made if need be. */
export async function userId(service: Service, subject: string): Promise<string> {
  const [user] = await service.sql<{ id: string }>(
    `insert into api_user (subject) values (?) on conflict (subject) do update set subject = excluded.subject
     returning id::text as id`,
    [subject],
  );
  return user?.id ?? '';
}

/**
 * A new purpose in the database.
 * @param creator the subject of its creator; none for one that is ready-made
 * @returns its id
 */
export async function makePurpose(service: Service, creator?: string): Promise<string> {
  const name = unique('purpose');
  const creatorId = creator === undefined ? null : await userId(service, creator);
  const [purpose] = await service.sql<{ id: string }>(
    'insert into call_purpose (name, name_key, creator_id) values (?, ?, ?) returning id::text as id',
    [name, name, creatorId],
  );
  return purpose?.id ?? '';
}

/** A new call in the database, logged by the user with that subject, or by nobody. @returns its id */
export async function makeCall(
  service: Service,
  user: string | undefined,
  purposeId: string | null = null,
): Promise<string> {
  const [call] = await service.sql<{ id: string }>(
    `insert into call (direction, user_id, call_purpose_id) values ('inbound', ?, ?) returning id::text as id`,
    [user === undefined ? null : await userId(service, user), purposeId],
  );
  return call?.id ?? '';
}
