import { API_PATH } from './api-path.js';
import type { TokenIssuer } from './auth/token-issuer.js';
import { describeDatabase } from './config/database-url.js';
import type { Settings } from './config/settings.js';
import { DOCS_PATH } from './openapi/paths.js';
import { allScopes } from './resource-modules.js';

/** What a developer needs for a first request, as a block of text: where tokens are checked with the secret that was made for the data directory, with one for every collection. */
export function welcome(settings: Settings, url: string, issuer: TokenIssuer): string {
  const address = settings.http.publicUrl ?? url.replace(/0\.0\.0\.0|\[::1?\]/, 'localhost');
  const token =
    settings.tokens.key.kind === 'development' &&
    issuer.issue({
      sub: 'developer',
      name: 'Developer',
      roles: [settings.tokens.adminRole],
      scopes: allScopes(),
      expiresIn: 30 * 86_400,
    });
  const lines = [
    'Call Purposes is running.',
    '',
    `  Address  ${address}${API_PATH}`,
    ...(settings.operations.docs ? [`  Docs     ${address}/${DOCS_PATH}`] : []),
    `  Data     ${place(settings)}`,
  ];
  if (token) {
    lines.push(
      `  Token    ${token}`,
      '           (user developer, an administrator; good for 30 days)',
      '',
      'Try it:',
      '',
    );
    lines.push(`curl -H 'Authorization: Bearer ${token}' ${address}${API_PATH}/callPurposes`);
  } else {
    lines.push(`  Token    ${whoMakesTokens(settings)}`);
  }
  return `\n${lines.join('\n')}\n\n`;
}

function whoMakesTokens({ tokens: { key } }: Settings): string {
  if (key.kind === 'provider') return `from the identity provider with the key set ${key.keySetUrl}`;
  if (key.kind === 'public') return 'from the owner of the private key that belongs to JWT_PUBLIC_KEY';
  return 'npm run --silent token -- --sub NAME';
}

function place({ database }: Settings): string {
  if (database.kind === 'server') {
    const { address, name } = describeDatabase(database.url);
    return `PostgreSQL at ${address}, database ${name}`;
  }
  return database.directory === null
    ? 'embedded PostgreSQL in memory, gone with the process'
    : `embedded PostgreSQL in ${database.directory}`;
}
