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

/** Of all filters of a request together: each range is part of the statement, as the values together are not. */
const MAX_RANGES = 50;

/** What the texts of a filter are values of. */
type Subject = Pick<Attribute, 'type' | 'trimmed'>;

/**
 * Reads the `filter[…]` parameters: `a,b` and `from..to` (with `neginf` and `inf`) by default, `[]`, `[gte]` and so on with
 * `newFilterSyntax=true`, where commas and dots are literal.
 * @throws JsonApiError 422 for what can't be filtered by, or a value that can't be used
 */
export function parseFilters(resource: Resource, parameters: Parameter[], newSyntax: boolean): Filter[] {
  const lists = new Map<string, Alternative[]>();
  const filters: Filter[] = [];
  let ranges = 0;
  for (const parameter of parameters) {
    const { name, value } = parameter;
    const { on, subject, operator } = targetOf(resource, parameter);
    const { type } = subject;
    ranges += newSyntax ? Number(Boolean(operator)) : value.split('..').length - 1;
    if (ranges > MAX_RANGES) throw unusableValue(name, `The filters have more than ${MAX_RANGES} ranges together.`);
    if (operator === undefined) {
      filters.push({ on, type, anyOf: newSyntax ? [exactly(parameter, subject)] : anyOf(parameter, subject) });
      continue;
    }
    if (!newSyntax) throw unusableValue(name, `'${name}' needs newFilterSyntax=true.`);
    if (operator !== '') {
      const comparison = { operator: OPERATORS[operator], value: typed(name, value, subject) };
      filters.push({ on, type, anyOf: [{ comparisons: [comparison] }] });
      continue;
    }
    const list = lists.get(on) ?? [];
    if (list.push(exactly(parameter, subject)) === 1) filters.push({ on, type, anyOf: list });
    lists.set(on, list);
  }
  return filters;
}

function targetOf(
  resource: Resource,
  { name, members }: Parameter,
): { on: string; subject: Subject; operator?: Operator } {
  const [on = '', ...rest] = members;
  const subject = subjectOf(resource, on);
  if (!subject) {
    throw unusableValue(
      name,
      Object.hasOwn(resource.relationships, on)
        ? `Relationship '${on}' cannot be used as a filter.`
        : `'${name}' can't be used: '${resource.type}' has no such filter.`,
    );
  }
  // A relationship is compared by its id, whether that is said or not.
  if (rest[0] === 'id' && toOne(resource, on)) rest.shift();
  const [operator, ...more] = rest;
  if (more.length === 0 && (operator === undefined || isOperator(operator))) return { on, subject, operator };
  throw unusableValue(
    name,
    `'${name}' is not a filter: after what it is on, only [], [gte], [lte], [gt] or [lt] may follow.`,
  );
}

function subjectOf(resource: Resource, on: string): Subject | undefined {
  if (on === 'id') return ID;
  const attribute = attributeOf(resource, on);
  if (attribute) return attribute.filterable && attribute;
  return toOne(resource, on)?.filterable && ID;
}

const isOperator = (text: string): text is Operator => text === '' || Object.hasOwn(OPERATORS, text);

function anyOf(parameter: Parameter, subject: Subject): Alternative[] {
  const { name, value } = parameter;
  const alternatives = value.split(',').map((part) => {
    const [from = '', to, ...more] = part.split('..');
    if (to === undefined) return exactly({ ...parameter, value: part }, subject);
    if (more.length > 0 || from === '' || to === '') {
      throw unusableValue(name, `'${part}' is not a range: write from..to, with neginf or inf for an open end.`);
    }
    const comparisons: Comparison[] = [];
    if (from !== 'neginf') comparisons.push({ operator: '>=', value: typed(name, from, subject) });
    if (to !== 'inf') comparisons.push({ operator: '<=', value: typed(name, to, subject) });
    // A range that is open at both ends holds for every value, and null is none.
    return comparisons.length > 0 ? { comparisons } : { isNull: false };
  });
  return withoutRepeatedNulls(alternatives);
}

/** Each would be part of the statement. */
function withoutRepeatedNulls(alternatives: Alternative[]): Alternative[] {
  const seen = new Set<boolean>();
  return alternatives.filter((alternative) => {
    if (!('isNull' in alternative)) return true;
    const isFirst = !seen.has(alternative.isNull);
    seen.add(alternative.isNull);
    return isFirst;
  });
}

function exactly({ name, value }: Parameter, subject: Subject): Alternative {
  if (value === '__null__') return { isNull: true };
  if (value === '__notnull__') return { isNull: false };
  return { equals: typed(name, value, subject) };
}

function typed(name: string, text: string, subject: Subject): string {
  const parsed = parseValue(subject.type, withPlus(text, subject));
  if ('fault' in parsed) throw unusableValue(name, parsed.fault);
  return parsed.value;
}

/**
 * A plus sign that was not percent-encoded arrives as a blank. It can be told from one before the offset of a date, and at
 * the beginning of a text that has no blank there, such as `+4930` or `sip:+4930@example.com`.
 */
function withPlus(text: string, { type, trimmed }: Subject): string {
  if (type === 'date-time') return text.replace(/ (?=\d{2}:?\d{2}$)/, '+');
  return trimmed ? text.replace(/^((?:tel|sips?):)? /i, '$1+') : text;
}
