import { type CallValues, callResource } from '../calls/call.resource.js';
import { columnNameOf } from '../json-api/resource.js';

/** What trial data says of a call. */
const NAMES = [
  'direction',
  'from',
  'to',
  'outcome',
  'note',
  'tags',
  'recordingUrl',
  'dialedAt',
  'answeredAt',
  'completedAt',
  'callPurpose',
  'user',
  'createdAt',
  'updatedAt',
] as const satisfies (keyof CallValues)[];

/** Their columns, in the order of {@link TrialCall}. */
export const TRIAL_COLUMNS = NAMES.map((name) => columnNameOf(callResource, name));

/** A made-up call: a value for each of {@link TRIAL_COLUMNS}, as PostgreSQL reads it from text. */
export type TrialCall = (string | null)[];

/** What trial calls are made of. */
export interface TrialCallsPlan {
  count: number;
  /** The same number gives the same calls. */
  seed: number;
  /** The end of the two years that the calls are spread over, in milliseconds since 1970. */
  until: number;
  purposeIds: string[];
  userId: string;
}

const SPAN = 2 * 365 * 86_400_000;
const OUR_NUMBERS = ['+12065550100', '+12065550101', '+12065550102', '+442079460100', '+493055501000'];
const AREAS = ['+1206555', '+1415555', '+1212555', '+44207946', '+4930555', '+33155555'];
const NOTES = [
  'Left a voicemail, will try again next week.',
  'Wants to see a demo with their team.',
  'Asked for a proposal until the end of the month.',
  'Not the right person; was given the name of a colleague.',
  'Compares us with another offer. Price is not the question, the time to switch is.',
  'Happy with the service, renewal is likely.',
];
const TAGS = [
  '{}',
  '{}',
  '{}',
  '{callback}',
  '{demo,follow-up}',
  '{pricing}',
  '{decision-maker}',
  '{renewal,priority}',
];

/** Makes calls, oldest first: some are inbound, some never answered, some without a note, a recording or a purpose. */
export function* trialCalls({ count, seed, until, purposeIds, userId }: TrialCallsPlan): Generator<TrialCall> {
  const random = randomNumbers(seed);
  const one = (values: string[]): string | null => values[Math.floor(random() * values.length)] ?? null;
  const maybe = (share: number, value: () => string | null) => (random() < share ? value() : null);
  const phoneNumber = () => `${one(AREAS)}${String(Math.floor(random() * 10_000)).padStart(4, '0')}`;

  for (let index = 0; index < count; index++) {
    const outbound = random() < 0.7;
    const answered = random() < 0.6;
    // The last call is over before `until`: dialled, rung and talked for less than an hour.
    const dialedAt = until - 3_600_000 - SPAN + Math.floor((SPAN * (index + random())) / count);
    const answeredAt = dialedAt + 2_000 + Math.floor(random() * 28_000);
    const completedAt = answered ? answeredAt + Math.floor(random() ** 2 * 2_700_000) : answeredAt;
    const loggedAt = timestamp(completedAt);
    const ends = [one(OUR_NUMBERS), phoneNumber()];
    const [from = null, to = null] = outbound ? ends : ends.reverse();
    const call: Record<(typeof NAMES)[number], string | null> = {
      direction: outbound ? 'outbound' : 'inbound',
      from,
      to,
      outcome: maybe(0.95, () => (answered ? 'Answered' : 'Not Answered')),
      note: maybe(0.35, () => one(NOTES)),
      tags: one(TAGS),
      recordingUrl: answered ? maybe(0.5, () => `https://recordings.example.com/${seed}/${index}.mp3`) : null,
      dialedAt: timestamp(dialedAt),
      answeredAt: answered ? timestamp(answeredAt) : null,
      completedAt: maybe(0.97, () => loggedAt),
      callPurpose: maybe(0.95, () => one(purposeIds)),
      user: userId,
      createdAt: loggedAt,
      updatedAt: loggedAt,
    };
    yield NAMES.map((name) => call[name]);
  }
}

const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Evenly spread numbers from 0 to 1 (mulberry32), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
