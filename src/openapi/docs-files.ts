import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import { docsPage, docsScript } from './docs-page.js';
import { OPENAPI_PATH } from './paths.js';
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

  page(): ServedFile {
    return servedFile(Buffer.from(docsPage), 'text/html; charset=utf-8');
  }

  /** @returns undefined for a name that is none of the page's */
  async find(name: string): Promise<ServedFile | undefined> {
    if (name === 'start.js') return this.script();
    const mediaType = Object.hasOwn(OF_SWAGGER_UI, name) ? OF_SWAGGER_UI[name] : undefined;
    return mediaType === undefined ? undefined : this.remembered(name, () => fileOfSwaggerUi(name, mediaType));
  }

  private script(): ServedFile {
    const source = docsScript(`${this.options.basePath.slice(1)}/${OPENAPI_PATH}`);
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
