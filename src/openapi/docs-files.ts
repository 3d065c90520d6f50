import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import { DOCS_PATH, OPENAPI_PATH } from './paths.js';
import { type ServedFile, servedFile } from './served-file.js';

/** What the page needs of Swagger UI. */
const OF_SWAGGER_UI: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The files of the interactive page; those of Swagger UI are read when they are first asked for, and kept. */
@Injectable()
export class DocsFiles {
  private readonly files = new Map<string, Promise<ServedFile>>();

  constructor(private readonly options: JsonApiOptions) {}

  /** @param path that the client asked for: one with a slash at its end is a folder to the browser */
  page(path: string): ServedFile {
    const folder = path.endsWith('/') ? '' : `${DOCS_PATH}/`;
    return servedFile(Buffer.from(docsPage(folder)), 'text/html; charset=utf-8');
  }

  /** @returns undefined for a name that is none of the page's */
  async find(name: string): Promise<ServedFile | undefined> {
    if (name === 'start.js') return this.script();
    const mediaType = Object.hasOwn(OF_SWAGGER_UI, name) ? OF_SWAGGER_UI[name] : undefined;
    return mediaType === undefined ? undefined : this.remembered(name, () => fileOfSwaggerUi(name, mediaType));
  }

  private script(): ServedFile {
    const source = docsScript(`..${this.options.basePath}/${OPENAPI_PATH}`);
    return servedFile(Buffer.from(source), 'text/javascript; charset=utf-8');
  }

  private remembered(name: string, make: () => Promise<ServedFile>): Promise<ServedFile> {
    const file = this.files.get(name) ?? make();
    this.files.set(name, file);
    return file;
  }
}

async function fileOfSwaggerUi(name: string, mediaType: string): Promise<ServedFile> {
  const manifest = findPackageJSON('swagger-ui-dist', import.meta.url);
  if (!manifest) throw new Error('swagger-ui-dist is not installed.');
  return servedFile(await readFile(join(manifest, '..', name)), mediaType);
}

/**
 * The interactive page. Links are relative, so that proxies may show the page under any path.
 * @param folder where the files of the page are, seen from it: `docs/` from `/docs`, nothing from `/docs/`
 */
const docsPage = (folder: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Call Purposes API</title>
    <link rel="stylesheet" href="${folder}swagger-ui.css" />
    <link rel="icon" type="image/png" href="${folder}favicon-32x32.png" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${folder}swagger-ui-bundle.js"></script>
    <script src="${folder}start.js"></script>
  </body>
</html>
`;

/**
 * What starts the page, in a file of its own: no script stands in the page.
 * @param openApiUrl where the OpenAPI document is, seen from the script
 */
const docsScript = (openApiUrl: string): string => `SwaggerUIBundle({
  url: new URL(${JSON.stringify(openApiUrl)}, document.currentScript.src).href,
  ...${JSON.stringify(
    {
      dom_id: '#swagger-ui',
      deepLinking: true,
      // It would keep the token in the browser's local storage.
      persistAuthorization: false,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // Otherwise the document's URL goes to a checker on another host.
      validatorUrl: null,
    },
    null,
    2,
  )}
});
`;

/** Lets the page load what it consists of and ask the API, from here and nowhere else; Swagger UI styles itself, and has pictures in its style sheet. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
