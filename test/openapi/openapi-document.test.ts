import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject, OperationObject, ParameterObject, SchemaObject } from 'openapi3-ts/oas31';
import { type Service, build } from '../helper/build.js';
import { type Client, MEDIA_TYPE } from '../helper/client.js';

const URL_OF_IT = '/api/v2/schema/openapi.json';

describe('The OpenAPI document', () => {
  let service: Service;
  let text: string;
  let document: OpenAPIObject;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    text = (await service.app.inject({ url: URL_OF_IT })).body;
    document = JSON.parse(text) as OpenAPIObject;
  });
  afterAll(() => service.close());

  const operation = (method: 'get' | 'post' | 'patch' | 'delete', path: string) =>
    document.paths?.[`/api/v2${path}`]?.[method] as OperationObject & { 'x-required-scopes': { anyOf: string[] } };

  const parametersOf = ({ parameters = [] }: OperationObject): ParameterObject[] =>
    parameters.map((one) =>
      '$ref' in one ? (document.components?.parameters?.[one.$ref.split('/').at(-1) ?? ''] as ParameterObject) : one,
    );

  const exampleOf = ({ requestBody }: OperationObject) =>
    (requestBody as { content: Record<string, { example: { data: { id?: string } } }> }).content[MEDIA_TYPE]?.example
      .data;

  it('Is there for everybody, and asked for again costs nothing', async () => {
    const { statusCode, headers } = await service.app.inject({ url: URL_OF_IT });
    const again = await service.app.inject({ url: URL_OF_IT, headers: { 'if-none-match': String(headers.etag) } });
    const head = await service.app.inject({ url: URL_OF_IT, method: 'HEAD' });

    expect({ statusCode, type: headers['content-type'] }).toEqual({ statusCode: 200, type: 'application/json' });
    expect({ statusCode: again.statusCode, body: again.body }).toEqual({ statusCode: 304, body: '' });
    expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', headers.etag]);
  });

  it('Has nothing that the recommended rules of Redocly find', async () => {
    const config = await createConfig({ extends: ['recommended'] });

    expect(await lintFromString({ source: text, config, absoluteRef: '/openapi.json' })).toEqual([]);
  });

  it('Has nothing that the rules of Spectral for OpenAPI find', async () => {
    const spectral = new spectralCore.Spectral();
    spectral.setRuleset({ extends: [[spectralRulesets.oas as never, 'recommended']] });

    expect(await spectral.run(text)).toEqual([]);
  });

  it('Has every path with its methods', () => {
    const methods = Object.entries(document.paths ?? {}).map(([path, item]) => `${path} ${Object.keys(item).join()}`);

    expect(methods).toEqual([
      '/api/v2 get',
      '/api/v2/callPurposes get,post',
      '/api/v2/callPurposes/{id} get,patch,delete',
      '/api/v2/calls get,post',
      '/api/v2/calls/{id} get,patch,delete',
      '/api/v2/schema/openapi.json get',
      '/api/v2/users get',
      '/api/v2/users/{id} get',
    ]);
  });

  it('Leads to the API from wherever it is read', () => {
    const server = new URL(
      document.servers?.[0]?.url ?? '',
      'https://example.com/behind/a/proxy/api/v2/schema/openapi.json',
    );

    expect(server.href).toBe('https://example.com/behind/a/proxy/');
  });

  it('Is what the service document calls the description', async () => {
    const { document: of } = await client.get('http://localhost/api/v2');

    expect(of.links.describedby).toBe(`http://localhost${URL_OF_IT}`);
  });

  describe('What it says is so', () => {
    it.each<['get' | 'post' | 'patch' | 'delete', string, string[]]>([
      ['get', '/callPurposes', ['callPurposes.read', 'callPurposes.all']],
      ['post', '/calls', ['calls.write', 'calls.all']],
      ['patch', '/calls/{id}', ['calls.write', 'calls.all']],
      ['delete', '/callPurposes/{id}', ['callPurposes.delete', 'callPurposes.all']],
    ])('Scopes of %s %s', (method, path, scopes) => {
      const { security, 'x-required-scopes': required } = operation(method, path);

      expect({ security, required }).toEqual({ security: [{ bearer: [] }], required: { anyOf: scopes } });
    });

    it.each(['/callPurposes', '/calls', '/users'])('Every parameter of %s does what it can', async (path) => {
      const next = (await client.get(`${path}?page[size]=1`)).document.links.self ?? '';
      const faults: unknown[] = [];
      for (const parameter of parametersOf(operation('get', path)).filter((one) => one.in === 'query')) {
        const isNewFilter = /^filter.*\[(gte|lte|gt|lt|)\]$/.test(parameter.name);
        const value = await valueOf(parameter, path);
        const query = `${encodeURIComponent(parameter.name)}=${encodeURIComponent(value)}`;
        const answer = await client.get(`${path}?${query}${isNewFilter ? '&newFilterSyntax=true' : ''}`);
        if (answer.status !== 200) faults.push({ query, errors: answer.errors });
      }

      expect(next).not.toBe('');
      expect(faults).toEqual([]);
    });

    it.each([
      ['/callPurposes', 'callPurposes'],
      ['/calls', 'calls'],
    ])('The examples of requests to %s are good ones', async (path) => {
      const created = await client.post(path, exampleOf(operation('post', path)));
      const { id } = created.resource;
      const changed = await client.patch(`${path}/${id}`, { ...exampleOf(operation('patch', `${path}/{id}`)), id });

      expect([created.status, changed.status]).toEqual([201, 200]);
    });

    it('The pattern of names knows what shows nothing, but for marks and what is beyond the basic plane', () => {
      const { pattern = '' } = JSON.parse(
        /"name":(\{"type":"string","minLength".*?\})/.exec(text)?.[1] ?? '',
      ) as SchemaObject;
      const named = new RegExp(pattern, 'u');
      const invisible = /[\p{Cc}\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;
      const wrong = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter(
        (one) => !/[\p{M}\p{Cs}]/u.test(one) && named.test(one) === invisible.test(one),
      );

      expect(wrong).toEqual([]);
      expect([' \u3164', 'a\u3164', '\u3164\ta', 'a\u0085'].map((name) => named.test(name))).toEqual([
        false,
        true,
        false,
        false,
      ]);
    });
  });

  /** A value that the parameter's schema allows. */
  async function valueOf({ name, schema, description }: ParameterObject, path: string): Promise<string> {
    if (name.startsWith('page[') && /after|before/.test(name)) return cursorOf(path, name);
    const { type, items, minimum, default: otherwise } = schema as SchemaObject;
    const [first] = ((items as SchemaObject | undefined)?.enum ?? []) as string[];
    const [, shown] = /^Such as `(.*?)`/.exec(description ?? '') ?? [];
    if (first !== undefined || shown !== undefined) return first ?? shown ?? '';
    if (/\[(createdAt|updatedAt|dialedAt|answeredAt|completedAt)\]/.test(name)) return '2026-11-24T08:25:24.874Z';
    if (type === 'boolean') return 'true';
    return String(otherwise ?? minimum ?? 1);
  }

  async function cursorOf(path: string, name: string): Promise<string> {
    await service.sql(
      `insert into api_user (subject) select 'user ' || n from generate_series(1, 3) as n on conflict do nothing`,
    );
    await service.sql(`insert into call (direction) select 'inbound' from generate_series(1, 3)`);
    const { document: page } = await client.get(`${path}?page[size]=1`);
    return new URL(page.links.next ?? '').searchParams.get('page[after]') ?? name;
  }
});
