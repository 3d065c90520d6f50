import { InvalidArgumentError } from 'commander';
import { API_PATH } from '../../api-path.js';
import { TokenIssuer } from '../../auth/token-issuer.js';
import { TokenKey } from '../../auth/token-key.js';
import { OperatorError } from '../../config/operator-error.js';
import { readSettings } from '../../config/settings.js';
import type { ApiServer } from './send.js';

/** What the operator says of the two servers; without `to`, the target is the service of the settings in `env`. */
export interface ServerOptions {
  from: string;
  token?: string;
  to?: string;
  toToken?: string;
  env: NodeJS.ProcessEnv;
}

/** Reads an option's value as the base of an API; an origin alone stands for its `/api/v2`. */
export function base(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new InvalidArgumentError('It must be an http or https URL such as https://api.outreach.io/api/v2.');
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/callPurposes$/, '');
  return `${url.origin}${path === '' ? API_PATH : path}`;
}

/** @throws OperatorError without a token for the source */
export function sourceOf({ from, token }: ServerOptions): ApiServer {
  return { name: 'source', base: from, token: usable(token, '--token or IMPORT_TOKEN'), mayNameOtherOrigin: false };
}

/** @throws OperatorError without a token for the target, unless the settings can make one */
export function targetOf({ to, toToken, env }: ServerOptions): ApiServer {
  const ownToken = to === undefined && toToken === undefined ? tokenOfSettings(env) : toToken;
  return {
    name: 'target',
    base: to ?? addressOfSettings(env),
    // A token that the settings' secret makes is for the service of the settings, and sent nowhere else.
    token: usable(ownToken, '--to-token or IMPORT_TO_TOKEN'),
    // It links to its PUBLIC_URL, which may be elsewhere than where it is reached from here.
    mayNameOtherOrigin: true,
  };
}

function addressOfSettings(env: NodeJS.ProcessEnv): string {
  const { host, port } = readSettings(env).http;
  const reachable = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}${API_PATH}`;
}

function tokenOfSettings(env: NodeJS.ProcessEnv): string | undefined {
  const settings = readSettings(env);
  const token = new TokenIssuer(settings, new TokenKey(settings)).issue({
    sub: 'import',
    name: 'Import',
    roles: [settings.tokens.adminRole],
    scopes: ['callPurposes.read', 'callPurposes.write'],
    expiresIn: 86_400,
  });
  return token ?? undefined;
}

/** Says nothing of the token itself, which is a secret. */
function usable(token: string | undefined, where: string): string {
  if (!token?.trim()) throw new OperatorError(`A token is needed: ${where}.`);
  if (!/^[\x21-\x7e]+$/.test(token.trim())) throw new OperatorError(`What ${where} holds is no token.`);
  return token.trim();
}
