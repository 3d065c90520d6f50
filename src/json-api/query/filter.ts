import { type Attribute, type Resource, attributeOf, toOne } from '../resource.js';
import { type Parameter, unusableValue } from './parameters.js';
import { parseValue } from './value.js';

export type Comparison = { operator: '=' | '>=' | '<=' | '>' | '<'; value: string };

/** Either all of the comparisons must hold, or the value must be null (or must not be). */
export type Alternative = { comparisons: Comparison[] } | { isNull: boolean };

/** A condition on one attribute, on the id, or on the id of a to-one relationship: any of the alternatives must hold. */
export interface Filter {
  /** An attribute's or relationship's name, or `id`. */
  on: string;
  type: Attribute['type'];
  anyOf: Alternative[];
}

const OPERATORS: Record<string, Comparison['operator']> = { gte: '>=', lte: '<=', gt: '>', lt: '<' };

/**
 * Reads the `filter[…]` parameters: `a,b` and `from..to` (with `neginf` and `inf`) by default, `[]`, `[gte]` and so on with
 * `newFilterSyntax=true`, where commas and dots are literal.
 * @throws JsonApiError 422 for what can't be filtered by, or a value that can't be used
 */
export function parseFilters(resource: Resource, parameters: Parameter[], newSyntax: boolean): Filter[] {
  const lists = new Map<string, Filter>();
  const filters: Filter[] = [];
  for (const parameter of parameters) {
    const { on, type, rest } = targetOf(resource, parameter);
    const [operator, ...more] = rest;
    if (operator === undefined) {
      filters.push({ on, type, anyOf: newSyntax ? [exactly(parameter, type)] : anyOf(parameter, type) });
      continue;
    }
    if (more.length > 0 || (operator !== '' && !Object.hasOwn(OPERATORS, operator))) {
      throw unusableValue(
        parameter.name,
        `'${parameter.name}' is not a filter: after what it is on, only [], [gte], [lte], [gt] or [lt] may follow.`,
      );
    }
    if (!newSyntax) throw unusableValue(parameter.name, `'${parameter.name}' needs newFilterSyntax=true.`);
    if (operator === '') {
      const list = lists.get(on) ?? { on, type, anyOf: [] };
      list.anyOf.push(exactly(parameter, type));
      if (!lists.has(on)) filters.push(list);
      lists.set(on, list);
    } else {
      filters.push({ on, type, anyOf: [{ comparisons: [compare(parameter, type, OPERATORS[operator] ?? '=')] }] });
    }
  }
  return filters;
}

function targetOf(
  resource: Resource,
  { name, members }: Parameter,
): { on: string; type: Attribute['type']; rest: string[] } {
  const [on = '', ...rest] = members;
  if (on === 'id') return { on, type: 'integer', rest };
  const attribute = attributeOf(resource, on);
  if (attribute?.filterable) return { on, type: attribute.type, rest };
  if (toOne(resource, on)?.filterable && rest[0] === 'id') return { on, type: 'integer', rest: rest.slice(1) };
  throw unusableValue(name, `'${name}' can't be used: '${resource.type}' has no such filter.`);
}

function anyOf(parameter: Parameter, type: Attribute['type']): Alternative[] {
  return parameter.value.split(',').map((part) => {
    const ends = part.split('..');
    if (ends.length === 1) return exactly({ ...parameter, value: part }, type);
    const [from = '', to = ''] = ends;
    if (ends.length > 2 || from === '' || to === '') {
      throw unusableValue(
        parameter.name,
        `'${part}' is not a range: write from..to, with neginf or inf for an open end.`,
      );
    }
    const comparisons: Comparison[] = [];
    if (from !== 'neginf') comparisons.push(compare({ ...parameter, value: from }, type, '>='));
    if (to !== 'inf') comparisons.push(compare({ ...parameter, value: to }, type, '<='));
    // A range that is open at both ends holds for every value, and null is none.
    return comparisons.length > 0 ? { comparisons } : { isNull: false };
  });
}

function exactly(parameter: Parameter, type: Attribute['type']): Alternative {
  if (parameter.value === '__null__') return { isNull: true };
  if (parameter.value === '__notnull__') return { isNull: false };
  return { comparisons: [compare(parameter, type, '=')] };
}

function compare(
  { name, value: text }: Parameter,
  type: Attribute['type'],
  operator: Comparison['operator'],
): Comparison {
  const parsed = parseValue(type, text);
  if ('fault' in parsed) throw unusableValue(name, parsed.fault);
  return { operator, value: parsed.value };
}
