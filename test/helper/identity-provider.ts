import { type KeyObject, createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Configuration, JWK, Provider as ProviderClass } from 'oidc-provider';

export const AUDIENCE = 'https://purposes.example.com';

const REDIRECT_URI = 'https://app.example.com/callback';
const VERIFIER = 'v'.repeat(43);
const CLIENT = { client_id: 'sync', client_secret: 'a secret of the client' };

/** A server that counts what it is asked for, and can go away and come back at the same address. */
export class ProviderServer {
  /** Requests of the key set so far. */
  reads = 0;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** @param answer asked for every request, so that it may change its mind */
  static async start(keySetPath: string, answer: RequestListener): Promise<ProviderServer> {
    const server = createServer((request, response) => {
      if (request.url === keySetPath) provider.reads++;
      return answer(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const provider = new ProviderServer(server, (server.address() as AddressInfo).port);
    return provider;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async goAway(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  async comeBack(): Promise<void> {
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }
}

/** A key of the provider's, private half included. */
export function makeKey(kid: string): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid, use: 'sig', alg: 'RS256' };
}

/** The entry of a key set for a public key. */
export const publicJwk = (key: KeyObject, members: Record<string, string>) => ({
  ...key.export({ format: 'jwk' }),
  ...members,
});

/** An OpenID provider, as companies run one beside the service. */
export class IdentityProvider {
  private provider!: ProviderClass;

  private constructor(
    readonly server: ProviderServer,
    private readonly Provider: typeof ProviderClass,
  ) {}

  static async start(keys: JWK[]): Promise<IdentityProvider> {
    const server = await ProviderServer.start('/jwks', (request, response) => {
      // A person would see a form here.
      const login = /^\/login\/(\w+)/.exec(request.url ?? '')?.[1];
      if (!login) return void identityProvider.provider.callback()(request, response);
      const result = { login: { accountId: login } };
      return void identityProvider.provider.interactionFinished(request, response, result);
    });
    // Jest can't load a module (jose) for `import` and for `require` at the same time.
    const oidcProvider = await import('oidc-provider');
    const identityProvider = new IdentityProvider(server, oidcProvider.Provider);
    identityProvider.signWith(keys);
    return identityProvider;
  }

  /** The first key signs from now on, and these are the keys of the key set. */
  signWith(keys: JWK[]): void {
    this.provider = new this.Provider(this.server.origin, configuration(keys));
  }

  /** A token for a program: the client credentials grant. */
  tokenOfClient(scope: string): Promise<string> {
    return this.requestToken({ grant_type: 'client_credentials', resource: AUDIENCE, scope });
  }

  /** A token for a person who has logged in: the authorization code grant. */
  async tokenOfUser(account: string, scope: string): Promise<string> {
    const query = new URLSearchParams({
      client_id: CLIENT.client_id,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      resource: AUDIENCE,
      scope: `openid ${scope}`,
      login_hint: account,
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const cookies = new Map<string, string>();
    let location = `/auth?${query.toString()}`;
    while (!location.startsWith(REDIRECT_URI)) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const answer = await fetch(new URL(location, this.server.origin), { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      location = answer.headers.get('location') ?? (await failed(answer));
    }
    const code = new URL(location).searchParams.get('code');
    if (!code) throw new Error(`The identity provider refuses: ${location}`);
    return this.requestToken({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
      resource: AUDIENCE,
    });
  }

  private async requestToken(parameters: Record<string, string>): Promise<string> {
    const answer = await fetch(`${this.server.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...CLIENT, ...parameters }),
    });
    if (!answer.ok) await failed(answer);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

async function failed(answer: Response): Promise<never> {
  throw new Error(`The identity provider answers ${answer.status}: ${await answer.text()}`);
}

const configuration = (keys: JWK[]): Configuration => ({
  jwks: { keys },
  clients: [
    {
      ...CLIENT,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials', 'authorization_code'],
      response_types: ['code'],
      redirect_uris: [REDIRECT_URI],
    },
  ],
  cookies: { keys: ['a secret of the provider'] },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  extraTokenClaims: (_context, token) =>
    token.kind === 'AccessToken' ? { name: `User ${token.accountId}`, roles: ['admin'] } : undefined,
  interactions: { url: (_context, { params }) => `/login/${params.login_hint as string}` },
  // Nobody is asked whether the client may do what it asks for.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.account?.accountId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(AUDIENCE, 'callPurposes.read callPurposes.write');
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'callPurposes.read callPurposes.write',
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

/** Answers every request with that body. */
export const answering =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(body);

export const keySet = (keys: unknown[]): RequestListener => answering(JSON.stringify({ keys }));

/** The same so many milliseconds later. */
export const later =
  (listener: RequestListener, milliseconds: number): RequestListener =>
  (request, response) =>
    void setTimeout(() => listener(request, response), milliseconds);

/** Answers with little that unpacks to 50 MB. */
export const packed: RequestListener = (_request, response) =>
  void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000, ' ')));
