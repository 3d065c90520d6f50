import { ArrayMaxSize, IsArray, IsIn, IsUrl } from 'class-validator';
import { IfGiven, IfNotNull, IsDateTime, IsText } from '../json-api/requests/validators.js';
import { DIRECTIONS, OUTCOMES } from './call.entity.js';

const MAX_TAGS = 100;

/** What a request document may say of a call; what it leaves out is `undefined`, and `null` takes a value away. */
export class CallDto {
  @IfGiven()
  @IsIn(DIRECTIONS, { message: `'direction' must be ${DIRECTIONS.join(' or ')}` })
  direction?: (typeof DIRECTIONS)[number];

  @IfNotNull()
  @IsText(255)
  from?: string | null;

  @IfNotNull()
  @IsText(255)
  to?: string | null;

  @IfNotNull()
  @IsIn(OUTCOMES, { message: `'outcome' must be ${OUTCOMES.join(', ')} or null` })
  outcome?: (typeof OUTCOMES)[number] | null;

  @IfNotNull()
  @IsText(65_535, { min: 0, controls: true })
  note?: string | null;

  @IfGiven()
  @IsArray({ message: "'tags' must be an array of texts" })
  @ArrayMaxSize(MAX_TAGS, { message: `'tags' must have at most ${MAX_TAGS} texts` })
  @IsText(
    255,
    {},
    {
      each: true,
      message:
        "each of 'tags' must be a text of 1 to 255 characters without control characters, at least one of them visible",
    },
  )
  tags?: string[];

  @IfNotNull()
  @IsText(255)
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false, allow_underscores: true },
    { message: "'recordingUrl' must be an http or https URL" },
  )
  recordingUrl?: string | null;

  @IfNotNull()
  @IsDateTime()
  dialedAt?: string | null;

  @IfNotNull()
  @IsDateTime()
  answeredAt?: string | null;

  @IfNotNull()
  @IsDateTime()
  completedAt?: string | null;

  /** The id of the call's purpose. */
  callPurpose?: string | null;
}
