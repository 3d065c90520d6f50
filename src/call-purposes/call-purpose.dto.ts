import { IsInt, Max, Min } from 'class-validator';
import { IfGiven, IsText } from '../json-api/requests/validators.js';

const LEAST_ORDER = -2_147_483_648;
const GREATEST_ORDER = 2_147_483_647;
const ORDER = { message: `'order' must be an integer from ${LEAST_ORDER} to ${GREATEST_ORDER}` };

/** What a request document may say of a call purpose; what it leaves out is `undefined`. */
export class CallPurposeDto {
  @IfGiven()
  @IsText(255)
  name?: string;

  /** The display order. */
  @IfGiven()
  @IsInt(ORDER)
  @Min(LEAST_ORDER, ORDER)
  @Max(GREATEST_ORDER, ORDER)
  order?: number;
}
