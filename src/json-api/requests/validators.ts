import { ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';
import { timestampOf } from '../query/value.js';

/** Lets validation pass over a property that the document does not have; `null` is a value and is checked. */
export const IfGiven = () => ValidateIf((_, value) => value !== undefined);

/** Lets validation pass over a property that is `null` or that the document does not have. */
export const IfNotNull = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** A date and time with a zone, as RFC 3339 writes it, in years 1 to 9999. */
export const IsDateTime = () =>
  ValidateBy({
    name: 'isDateTime',
    validator: {
      validate: (value) => typeof value === 'string' && timestampOf(value) !== undefined,
      defaultMessage: () => `'$property' must be a date and time with a zone, such as 2019-08-24T14:15:22.000Z`,
    },
  });

/** A code point that shows something by itself. */
const VISIBLE = /[^\p{Mark}\p{Control}\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What {@link IsText} asks of a text: lengths in code points. */
export interface TextRule {
  min: number;
  max: number;
  controls: boolean;
}

/**
 * A text of at most `max` characters (Unicode code points) with something visible in it, that every PostgreSQL can keep.
 * @param options.controls whether tabs, line breaks and other control characters (except NUL) are allowed
 * @param options.min 0 allows a text with nothing visible in it
 */
export function IsText(
  max: number,
  { controls = false, min = 1 }: { controls?: boolean; min?: 0 | 1 } = {},
  options?: ValidationOptions,
) {
  const kind = [
    `a text of ${min > 0 ? `${min} to` : 'at most'} ${max} characters`,
    controls ? '' : ' without control characters',
    min > 0 ? ', at least one of them visible' : '',
  ].join('');
  const forbidden = controls ? /\0/ : /\p{Cc}/u;
  return ValidateBy(
    {
      name: 'isText',
      constraints: [{ min, max, controls } satisfies TextRule],
      validator: {
        validate: (value) =>
          typeof value === 'string' &&
          value.isWellFormed() &&
          !forbidden.test(value) &&
          (min === 0 || VISIBLE.test(value)) &&
          hasAtMost(max, value),
        defaultMessage: () => `'$property' must be ${kind}`,
      },
    },
    options,
  );
}

/** Code points, not UTF-16 units; a code point has at most two of them. */
const hasAtMost = (max: number, text: string): boolean =>
  text.length <= max || (text.length <= 2 * max && [...text].length <= max);
