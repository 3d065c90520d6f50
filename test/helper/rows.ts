import type { Service } from './build.js';

/** What tests say of a call; the rest is as the database has it by default. */
export interface CallValues {
  direction?: 'inbound' | 'outbound';
  from?: string | null;
  to?: string | null;
  outcome?: 'Answered' | 'Not Answered' | null;
  note?: string | null;
  recordingUrl?: string | null;
  dialedAt?: string | null;
  answeredAt?: string | null;
  completedAt?: string | null;
  createdAt?: string;
  updatedAt?: string;
  callPurpose?: string | null;
  user?: string | null;
}

/**
 * Inserts calls in one statement, however many there are.
 * @returns their ids, in the order of the values
 */
export async function insertCalls(service: Service, calls: CallValues[]): Promise<string[]> {
  const records = calls.map((call, n) => ({ direction: 'outbound', ...call, n }));
  const rows = await service.sql<{ id: string }>(
    `insert into call
       (direction, "from", "to", outcome, note, recording_url, dialed_at, answered_at, completed_at, call_purpose_id, user_id, created_at, updated_at)
     select direction, "from", "to", outcome, note, "recordingUrl", "dialedAt", "answeredAt", "completedAt", "callPurpose", "user",
       coalesce("createdAt", now()), coalesce("updatedAt", now())
     from json_to_recordset(?::json) as given
       (n integer, direction text, "from" text, "to" text, outcome text, note text, "recordingUrl" text, "dialedAt" timestamptz,
        "answeredAt" timestamptz, "completedAt" timestamptz, "callPurpose" bigint, "user" bigint, "createdAt" timestamptz, "updatedAt" timestamptz)
     order by n
     returning id`,
    [JSON.stringify(records)],
  );
  return rows.map(({ id }) => String(id)).sort((one, other) => Number(one) - Number(other));
}

/** Inserts users in one statement. @returns their ids, in the order of the subjects */
export async function insertUsers(service: Service, subjects: string[], name = 'Somebody'): Promise<string[]> {
  const rows = await service.sql<{ id: string }>(
    `insert into api_user (subject, name, email)
     select subject, ?, subject || '@example.com' from json_array_elements_text(?::json) with ordinality as given (subject, n) order by n
     returning id`,
    [name, JSON.stringify(subjects)],
  );
  return rows.map(({ id }) => String(id)).sort((one, other) => Number(one) - Number(other));
}

/** Inserts call purposes in one statement. @returns their ids, in the order of the names */
export async function insertPurposes(
  service: Service,
  names: string[],
  creator: string | null = null,
): Promise<string[]> {
  const rows = await service.sql<{ id: string }>(
    `insert into call_purpose (name, name_key, "order", creator_id)
     select name, lower(name), 100 + n, ?::bigint from json_array_elements_text(?::json) with ordinality as given (name, n) order by n
     returning id`,
    [creator, JSON.stringify(names)],
  );
  return rows.map(({ id }) => String(id)).sort((one, other) => Number(one) - Number(other));
}
