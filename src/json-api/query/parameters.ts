import { JsonApiError } from '../errors/json-api-error.js';

/** One `name[a][b]=value` of a query string, decoded. */
export interface Parameter {
  /** As the client wrote it, decoded: `page[size]`. */
  name: string;
  /** The name before the first bracket: `page`. */
  family: string;
  /** What stands in the brackets: `['size']`. */
  members: string[];
  value: string;
}

const NAME = /^([^[\]]*)((?:\[[^[\]]*\])*)$/;

/**
 * Splits a query string; brackets may be raw or percent-encoded. The same parameter twice with the same value counts once
 * (a known sync connector repeats all of its own in the links it follows); lists (`name[]`) may repeat.
 * @throws JsonApiError 400 for percent encoding that is broken, a name that is none, or two values for one parameter
 */
export function parseParameters(queryString: string): Parameter[] {
  const parameters = new Map<string, Parameter>();
  for (const pair of queryString.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), pair);
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1), name);
    const [, family = '', brackets = ''] = NAME.exec(name) ?? [];
    if (!family) throw invalidParameter(name, `'${name}' is not the name of a query parameter.`);

    const members = brackets ? brackets.slice(1, -1).split('][') : [];
    const key = members.at(-1) === '' ? `${name}=${value}` : name;
    if (parameters.has(key) && parameters.get(key)?.value !== value) {
      throw invalidParameter(name, `'${name}' is given twice, with different values.`);
    }
    parameters.set(key, { name, family, members, value });
  }
  return [...parameters.values()];
}

/** The query string of those parameters, percent-encoded. */
export const formatParameters = (parameters: Pick<Parameter, 'name' | 'value'>[]): string =>
  parameters.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

/** 400 for a parameter that does not exist here, or that asks for what the resource does not have. */
export const invalidParameter = (name: string, detail: string) =>
  new JsonApiError('invalidQueryParameter', detail, { parameter: name });

/** 422 for a known parameter with a value that can't be used. */
export const unusableValue = (name: string, detail: string) =>
  new JsonApiError('validationError', detail, { parameter: name });

function decode(text: string, parameter: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidParameter(parameter, 'The percent encoding of the query string is broken.');
  }
}
