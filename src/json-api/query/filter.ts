import { type Attribute, type Resource, attributeOf, toOne } from '../resource.js';
import { type Parameter, unusableValue } from './parameters.js';
import { parseValue } from './value.js';

export type Comparison = { operator: '>=' | '<=' | '>' | '<'; value: string };

/** The value must equal that one, or all of the comparisons must hold, or it must be null (or must not be). */
export type Alternative = { equals: string } | { comparisons: Comparison[] } | { isNull: boolean };

/** A condition on one attribute, on the id, or on the id of a to-one relationship: any of the alternatives must hold. */
export interface Filter {
  /** An attribute's or relationship's name, or `id`. */
  on: string;
  type: Attribute['type'];
  anyOf: Alternative[];
}

/** The comparisons of `newFilterSyntax=true`, by what stands in the last brackets. */
export const OPERATORS = { gte: '>=', lte: '<=', gt: '>', lt: '<' } as const;

/** What may stand in the last brackets; nothing for one value of a list. */
type Operator = keyof typeof OPERATORS | '';

const ID = { type: 'integer', filterable: true } as const;

/** Each range is part of the statement, as the values together are not. */
const MAX_RANGES = 50;

/**
 * Reads the `filter[…]` parameters: `a,b` and `from..to` (with `neginf` and `inf`) by default, `[]`, `[gte]` and so on with
 * `newFilterSyntax=true`, where commas and dots are literal.
 * @throws JsonApiError 422 for what can't be filtered by, or a value that can't be used
 */
export function parseFilters(resource: Resource, parameters: Parameter[], newSyntax: boolean): Filter[] {
  const lists = new Map<string, Alternative[]>();
  const filters: Filter[] = [];
  for (const parameter of parameters) {
    const { on, type, operator } = targetOf(resource, parameter);
    if (operator === undefined) {
      filters.push({ on, type, anyOf: newSyntax ? [exactly(parameter, type)] : anyOf(parameter, type) });
      continue;
    }
    if (!newSyntax) throw unusableValue(parameter.name, `'${parameter.name}' needs newFilterSyntax=true.`);
    if (operator !== '') {
      const value = typed(parameter.name, parameter.value, type);
      filters.push({ on, type, anyOf: [{ comparisons: [{ operator: OPERATORS[operator], value }] }] });
      continue;
    }
    const list = lists.get(on) ?? [];
    if (list.push(exactly(parameter, type)) === 1) filters.push({ on, type, anyOf: list });
    lists.set(on, list);
  }
  return filters;
}

function targetOf(
  resource: Resource,
  parameter: Parameter,
): { on: string; type: Attribute['type']; operator?: Operator } {
  const [on = '', ...rest] = parameter.members;
  const attribute = on === 'id' ? ID : attributeOf(resource, on);
  const isRelationship = !attribute?.filterable && toOne(resource, on)?.filterable && rest.shift() === 'id';
  if (!attribute?.filterable && !isRelationship) {
    throw unusableValue(parameter.name, `'${parameter.name}' can't be used: '${resource.type}' has no such filter.`);
  }
  const [operator, ...more] = rest;
  const type = attribute?.type ?? ID.type;
  if (more.length === 0 && (operator === undefined || isOperator(operator))) return { on, type, operator };
  throw unusableValue(
    parameter.name,
    `'${parameter.name}' is not a filter: after what it is on, only [], [gte], [lte], [gt] or [lt] may follow.`,
  );
}

const isOperator = (text: string): text is Operator => text === '' || Object.hasOwn(OPERATORS, text);

function anyOf(parameter: Parameter, type: Attribute['type']): Alternative[] {
  const { name, value } = parameter;
  const alternatives = value.split(',').map((part) => {
    const [from = '', to, ...more] = part.split('..');
    if (to === undefined) return exactly({ ...parameter, value: part }, type);
    if (more.length > 0 || from === '' || to === '') {
      throw unusableValue(name, `'${part}' is not a range: write from..to, with neginf or inf for an open end.`);
    }
    const comparisons: Comparison[] = [];
    if (from !== 'neginf') comparisons.push({ operator: '>=', value: typed(name, from, type) });
    if (to !== 'inf') comparisons.push({ operator: '<=', value: typed(name, to, type) });
    // A range that is open at both ends holds for every value, and null is none.
    return comparisons.length > 0 ? { comparisons } : { isNull: false };
  });
  if (alternatives.filter((alternative) => 'comparisons' in alternative).length <= MAX_RANGES) return alternatives;
  throw unusableValue(name, `'${name}' has more than ${MAX_RANGES} ranges.`);
}

function exactly({ name, value }: Parameter, type: Attribute['type']): Alternative {
  if (value === '__null__') return { isNull: true };
  if (value === '__notnull__') return { isNull: false };
  return { equals: typed(name, value, type) };
}

function typed(name: string, text: string, type: Attribute['type']): string {
  const parsed = parseValue(type, text);
  if ('fault' in parsed) throw unusableValue(name, parsed.fault);
  return parsed.value;
}
