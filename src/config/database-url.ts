import pgConnectionString from 'pg-connection-string';
import { z } from 'zod';

const FORM = 'must be a PostgreSQL URL (postgresql://user:password@host:5432/name)';

/** What stands unescaped in a password would be taken for the end of it, and the rest for a host, which logs show. */
const ESCAPED = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?[^@#]*$/;

/** libpq's URLs may leave the host to the parameter `host`, which may be the directory of a socket. */
const NO_HOST = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)(?=[:/?]|$)/;

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Of a URL that the driver, and MikroORM above it, can use as it is. */
export const databaseUrl = z
  .string()
  .superRefine((url, context) => {
    const fault = faultOf(url);
    if (fault !== null) context.addIssue(fault);
  })
  .transform(withHost);

/** Of several, comma-separated. */
export const databaseUrls = z
  .string()
  .transform((value) => value.split(',').map((url) => url.trim()))
  .superRefine((urls, context) => {
    const fault = urls.map(faultOf).find((one) => one !== null);
    if (fault) context.addIssue(`must be comma-separated PostgreSQL URLs; one of them ${fault}`);
  })
  .transform((urls) => urls.map(withHost));

/** Where the database is and what it is called, for people: nothing of it is secret. */
export function describeDatabase(url: string): { address: string; name: string } {
  const { host, port, database } = pgConnectionString.parse(url);
  const isSocket = host?.startsWith('/');
  return { address: isSocket ? String(host) : `${host}:${port || 5432}`, name: String(database) };
}

function withHost(url: string): string {
  return url.replace(NO_HOST, '$1localhost');
}

function faultOf(given: string): string | null {
  if (!/^postgres(ql)?:\/\//.test(given)) return FORM;
  if (!ESCAPED.test(given) || !isDecodable(given)) {
    return `${FORM}, in whose parts @ : / ? # % are percent-encoded (%40 %3A %2F %3F %23 %25)`;
  }
  const url = URL.parse(withHost(given));
  if (!url) return FORM;
  if (url.hostname.includes(',')) return 'must have one host, as the driver takes no list of them';
  if (url.pathname.length < 2) return 'must name the database (postgresql://host/name)';
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) return `must have one of these as sslmode: ${SSL_MODES.join(', ')}`;
  // MikroORM would heed it, and the driver would not.
  if (url.searchParams.has('schema')) return 'names a schema by options=-csearch_path%3Dname, not by schema=name';
  return faultOfFiles(url.href);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The driver reads the files of certificates that the URL names. */
function faultOfFiles(url: string): string | null {
  try {
    pgConnectionString.parse(url);
    return null;
  } catch (error) {
    return `names a file that can't be read, or is not complete: ${(error as Error).message}`;
  }
}
