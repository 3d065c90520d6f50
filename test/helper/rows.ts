import { type CallValues, callResource } from '../../src/calls/call.resource.js';
import { columnNameOf } from '../../src/json-api/resource.js';
import type { Service } from './build.js';

export type { CallValues };

/**
 * Inserts calls in one statement, however many there are; what a call leaves out is as the database has it by default.
 * @returns their ids, in the order of the values
 */
export async function insertCalls(service: Service, calls: CallValues[]): Promise<string[]> {
  const { attributes, relationships } = callResource;
  const columns = [...Object.keys(attributes), ...Object.keys(relationships)]
    .filter((name) => calls.some((call) => name in call) || name === 'direction')
    .map((name) => [columnNameOf(callResource, name), name] as const);
  const [list, values] = [
    columns.map(([column]) => `"${column}"`),
    columns.map(([column, name]) => valueOf(column, name)),
  ];
  const records = calls.map((call, n) => ({ direction: 'outbound', ...call, n }));
  const rows = await service.sql<{ id: string }>(
    `insert into call (${list.join()}) select ${values.join()} from json_array_elements(?::json) as given (call)
     order by (call->>'n')::integer returning id`,
    [JSON.stringify(records)],
  );
  return rows.map(({ id }) => String(id)).sort((one, other) => Number(one) - Number(other));
}

/** A call's value as its column has it; the times of writing are now unless they are given. */
function valueOf(column: string, name: string): string {
  const value = `(json_populate_record(null::call, json_build_object('${column}', call->'${name}')))."${column}"`;
  return ['createdAt', 'updatedAt'].includes(name) ? `coalesce(${value}, now())` : value;
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
