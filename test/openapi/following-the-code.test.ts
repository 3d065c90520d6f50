import { Get, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsIn } from 'class-validator';
import type { OpenAPIObject, OperationObject } from 'openapi3-ts/oas31';
import { callPurposeResource } from '../../src/call-purposes/call-purpose.resource.js';
import { RequestDocument } from '../../src/json-api/nest/json-api.decorators.js';
import { ServesResource } from '../../src/json-api/nest/serves-resource.js';
import type { Attribute, Resource } from '../../src/json-api/resource.js';
import { documentOf } from '../../src/openapi/document.js';
import { OpenApiDocument } from '../../src/openapi/openapi-document.js';
import { operationsOf } from '../../src/openapi/declarations.js';
import { servedFile } from '../../src/openapi/served-file.js';
import { type Service, build } from '../helper/build.js';
import { checkDescribed } from '../helper/described-answers.js';
import { newPurpose } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';

describe('An attribute that is added to a declaration', () => {
  const attributes: Record<string, Attribute> = callPurposeResource.attributes;
  let service: Service;
  beforeAll(async () => {
    // The table has the column; no document has ever shown it.
    attributes.sortName = { type: 'string', column: 'name_key', readOnly: true, filterable: true, sortable: true };
    service = await build();
  });
  afterAll(async () => {
    delete attributes.sortName;
    await service.close();
  });

  it('Is in the OpenAPI document', async () => {
    const { paths, components } = (
      await service.app.inject({ url: '/api/v2/schema/openapi.json' })
    ).json<OpenAPIObject>();
    const list = JSON.stringify(paths?.['/api/v2/callPurposes']?.get);

    expect(components?.schemas?.CallPurpose).toHaveProperty('properties.attributes.properties.sortName.type', 'string');
    expect(list).toContain('"filter[sortName]"');
    expect(list).toContain('"-sortName"');
    expect(JSON.stringify(components?.schemas?.CallPurposeCreate)).not.toContain('sortName');
  });

  it('Is in the query checks and in the answer', async () => {
    const ada = service.as('ada');
    const found = await ada.get('/callPurposes?filter[sortName]=demo&sort=-sortName&fields[callPurpose]=sortName');

    expect(found.resources.map((resource) => resource.attributes)).toEqual([{ sortName: 'demo' }]);
  });

  it('Is in the checks of requests', async () => {
    const refused = await service.as('ada').post('/callPurposes', newPurpose({ name: 'New', sortName: 'new' }));

    expectError(refused, 422, 'validationError');
    expect(refused.errors[0]?.source).toEqual({ pointer: '/data/attributes/sortName' });
  });
});

it('A resource that a controller declares to serve is described', () => {
  class WidgetDto {
    @IsIn(['red', 'green'])
    colour?: string;
  }
  const widget = {
    type: 'widget',
    path: 'widgets',
    entity: 'Widget',
    table: 'widget',
    dto: WidgetDto,
    attributes: { colour: { type: 'string', column: 'colour', required: true, filterable: true } },
    relationships: { purpose: { kind: 'to-one', resource: callPurposeResource, column: 'purpose_id' } },
    defaultSort: ['id'],
    versioned: false,
  } satisfies Resource;
  @ServesResource(widget)
  class WidgetsController {
    @Get()
    list() {}

    @Post()
    create(@RequestDocument() dto: WidgetDto) {
      return dto;
    }
  }

  const discovery = { getControllers: () => [{ metatype: WidgetsController }] };
  const { paths, components } = documentOf(operationsOf(discovery as never, '/api'), {
    basePath: '/api',
    version: '1',
    integerIds: false,
    isRateLimited: false,
    allowsOrigins: false,
  });
  const { get, post } = paths?.['/api/widgets'] as Record<'get' | 'post', OperationObject>;

  expect([get.operationId, post.operationId]).toEqual(['listWidgets', 'createWidget']);
  expect(get.parameters).toContainEqual(expect.objectContaining({ name: 'filter[colour]' }));
  expect(Object.keys(post.responses ?? {})).toEqual([
    '201',
    '400',
    '401',
    '403',
    '406',
    '408',
    '409',
    '413',
    '414',
    '415',
    '422',
    '431',
    '500',
    '503',
  ]);
  expect(components?.schemas?.WidgetCreate).toMatchObject({
    properties: { data: { properties: { attributes: { properties: { colour: { enum: ['red', 'green'] } } } } } },
  });
});

it('An answer with what is not in the document fails its test', async () => {
  const service = await build();
  const description = service.app.get(OpenApiDocument, { strict: false });
  const { bytes } = await description.get();
  const lacking = bytes.toString().replaceAll('X-Request-Id', 'X-Other').replaceAll('"404":', '"418":');
  const document = JSON.parse(lacking) as { components: { schemas: Record<string, { properties: never }> } };
  delete document.components.schemas.CallPurpose?.properties['attributes']['properties']['order'];
  description.get = async () => servedFile(Buffer.from(JSON.stringify(document)), 'application/json');

  await expect(service.as('ada').get('/callPurposes')).rejects.toThrow(/undocumented header, x-request-id/);
  await expect(service.as('ada').get('/callPurposes')).rejects.toThrow(/no x-other/);
  await expect(service.as('ada').get('/callPurposes')).rejects.toThrow(/must NOT have additional properties/);
  await expect(service.as('ada').get('/callPurposes/999999')).rejects.toThrow(/404: an undocumented status/);
  await service.app.inject({ url: '/api/v2/callPurposes' });
  await expect(checkDescribed(service.app)).rejects.toThrow(/401: an undocumented header/);
  await service.close();
});
