import { z } from 'zod';

/** The origins whose pages may read responses; `*`: all. */
export type CorsOrigins = string[] | '*';

/** Reads `*` or comma-separated origins. */
export const corsOrigins = z
  .string()
  .trim()
  .min(1)
  .transform((value): CorsOrigins => (value === '*' ? '*' : value.split(',').map((entry) => entry.trim())))
  .refine(
    (origins) => origins === '*' || origins.every(isOrigin),
    'must be * or comma-separated origins, such as https://app.example.com or capacitor://localhost, without wildcards and paths',
  );

/** Of the schemes with hosts that browsers know, those that no page has its origin from. */
const NEVER_A_PAGE = ['ws:', 'wss:', 'ftp:', 'file:'];

/** Whether a browser can send the text as an `Origin`, in that very form: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin */
function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  // The scheme of an app, such as `capacitor:`, has no origin for URL, but the app's pages have one.
  return (
    url !== null &&
    url.host !== '' &&
    `${url.protocol}//${url.host}` === value &&
    !value.includes('*') &&
    !NEVER_A_PAGE.includes(url.protocol)
  );
}
