import { validateSync } from 'class-validator';
import { CallPurposeDto } from '../../call-purposes/call-purpose.dto.js';
import { nameKey } from '../../call-purposes/name-key.js';

/** A call purpose of the target. */
export interface ExistingPurpose {
  id: string;
  name: string;
  order: number;
}

/** What a call purpose of the source asks for; `order` is undefined where the source has none. */
export interface WantedPurpose {
  name: string;
  order: number | undefined;
}

/** What is to be done about one call purpose of the source. */
export type Step =
  | { kind: 'create'; wanted: WantedPurpose }
  | { kind: 'update'; wanted: WantedPurpose; existing: ExistingPurpose; changes: Partial<WantedPurpose> }
  | { kind: 'unchanged'; wanted: WantedPurpose }
  | { kind: 'refused'; name: string; why: string };

/**
 * What makes the target hold the source's call purposes, in their display order. Names that the service counts as the same are
 * the same purpose; the first of several in the source is the one that counts.
 * @param rows resource objects of the source, as they came
 * @param existing resource objects of the target, as they came
 */
export function planImport(rows: unknown[], existing: unknown[]): Step[] {
  const targets = new Map(existing.map(existingPurpose).map((purpose) => [nameKey(purpose.name), purpose]));
  const taken = new Map<string, string>();
  return inDisplayOrder(withoutRepeats(rows)).map((row): Step => {
    const wanted = wantedPurpose(row);
    if ('why' in wanted) return { kind: 'refused', ...wanted };
    const key = nameKey(wanted.name);
    const twin = taken.get(key);
    if (twin !== undefined) {
      return { kind: 'refused', name: wanted.name, why: `the source has that name already, as "${twin}"` };
    }
    taken.set(key, wanted.name);
    return stepFor(wanted, targets.get(key));
  });
}

/** What makes `existing` into `wanted`. */
export function stepFor(wanted: WantedPurpose, existing: ExistingPurpose | undefined): Step {
  if (!existing) return { kind: 'create', wanted };
  const changes = {
    ...(wanted.name !== existing.name && { name: wanted.name }),
    ...(wanted.order !== undefined && wanted.order !== existing.order && { order: wanted.order }),
  };
  return Object.keys(changes).length === 0
    ? { kind: 'unchanged', wanted }
    : { kind: 'update', wanted, existing, changes };
}

export function existingPurpose(resource: unknown): ExistingPurpose {
  const { id } = resource as { id: string | number };
  const { name, order } = attributesOf(resource) as { name: string; order: number };
  return { id: String(id), name, order };
}

/** Pages overlap where a row moves between them while they are read. */
function withoutRepeats(rows: unknown[]): unknown[] {
  const byId = new Map(rows.map((row, index) => [idOf(row) ?? `row ${index}`, row]));
  return [...byId.values()];
}

/** By order, those without one last, and otherwise as the source has them. */
const inDisplayOrder = (rows: unknown[]): unknown[] =>
  rows.toSorted((one, other) => {
    const [first, second] = [orderOf(one), orderOf(other)];
    return first === second ? 0 : first - second;
  });

function orderOf(row: unknown): number {
  const { order } = attributesOf(row);
  return typeof order === 'number' ? order : Infinity;
}

function wantedPurpose(row: unknown): WantedPurpose | { name: string; why: string } {
  const { name, order } = attributesOf(row);
  if (typeof name !== 'string') return { name: `(id ${idOf(row) ?? 'unknown'})`, why: 'it has no name' };
  const dto = Object.assign(new CallPurposeDto(), { name: name.trim(), order: order ?? undefined });
  const [fault] = validateSync(dto, { stopAtFirstError: true });
  if (fault) return { name, why: Object.values(fault.constraints ?? {}).join(', ') };
  return { name: name.trim(), order: dto.order };
}

const attributesOf = (row: unknown): Record<string, unknown> =>
  (row as { attributes?: Record<string, unknown> } | null)?.attributes ?? {};

function idOf(row: unknown): string | undefined {
  const id = (row as { id?: unknown } | null)?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
