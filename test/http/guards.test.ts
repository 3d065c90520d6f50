import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CanActivate, type ExecutionContext, type Type, UseGuards } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyRequest } from 'fastify';
import { map, of } from 'rxjs';
import { AppModule } from '../../src/app.module.js';
import { CallPurposesController } from '../../src/call-purposes/call-purposes.controller.js';
import { readSettings } from '../../src/config/settings.js';
import { configureApp } from '../../src/configure-app.js';
import { createAdapter } from '../../src/http/adapter.js';
import { JsonApiError } from '../../src/json-api/errors/json-api-error.js';
import { GUARDS } from '../../src/pipeline.js';
import { SECRET, type Service, build } from '../helper/build.js';
import { newPurpose } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';
import { unique } from '../helper/fixtures.js';
import { holdUpSelects } from '../helper/statements.js';

/** What refuses requests that are marked by its name. */
function guardNamed(name: string, answer: (isMarked: boolean) => ReturnType<CanActivate['canActivate']>) {
  class MarkGuard implements CanActivate {
    canActivate(context: ExecutionContext) {
      return answer(markOf(context) === name);
    }
  }
  return MarkGuard;
}

const markOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>().headers['x-marked'];

function check(isMarked: boolean): true {
  if (isMarked) throw new JsonApiError('unauthorizedOauthScope', 'It is marked.');
  return true;
}

const ANSWERS = {
  'at once': check,
  'with a promise': async (isMarked: boolean) => Promise.resolve(check(isMarked)),
  'with an observable': (isMarked: boolean) => of(isMarked).pipe(map(check)),
};

const gate = Promise.withResolvers<void>();

class WaitGuard implements CanActivate {
  async canActivate(context: ExecutionContext) {
    if (markOf(context) === 'wait') await gate.promise;
    return true;
  }
}

describe('Guards', () => {
  const own = Reflect.getMetadata(GUARDS_METADATA, CallPurposesController) as Type<CanActivate>[];
  const length = GUARDS.length;

  let service: Service;

  beforeAll(async () => {
    for (const [name, answer] of Object.entries(ANSWERS)) {
      GUARDS.push(guardNamed(`the pipeline's, ${name}`, answer));
      UseGuards(guardNamed(`the controller's, ${name}`, answer))(CallPurposesController);
    }
    GUARDS.push(
      guardNamed('no', (isMarked) => !isMarked),
      WaitGuard,
    );
    service = await build();
  });
  afterAll(async () => {
    GUARDS.splice(length);
    Reflect.defineMetadata(GUARDS_METADATA, own, CallPurposesController);
    await service.close();
  });

  describe.each(["the pipeline's", "the controller's"])('That are %s', (whose) => {
    it.each(Object.keys(ANSWERS))('And answer %s let no response from memory pass', async (how) => {
      const ada = service.as('ada');
      for (const path of ['/callPurposes', '/callPurposes/1']) {
        for (let times = 0; times < 3; times++) {
          const { status, headers } = await ada.get(path);
          expect(status).toBe(200);
          const marked = { 'x-marked': `${whose}, ${how}`, 'if-none-match': String(headers.etag ?? '"none"') };
          expectError(await ada.get(path, marked), 403, 'unauthorizedOauthScope');
        }
      }
    });
  });

  it('Need not say why they refuse', async () => {
    const document = newPurpose({ name: unique('Refused') });

    expectError(
      await service.as('ada').post('/callPurposes', document, { 'x-marked': 'no' }),
      403,
      'unauthorizedRequest',
    );
  });

  it('Of Nest for all routes keep the service from starting', async () => {
    const settings = readSettings({ JWT_SECRET: SECRET, LOG_LEVEL: 'silent', NODE_ENV: 'test' });
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(settings)] })
      .setLogger(false as never)
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(createAdapter(settings), { bodyParser: false });
    configureApp(app);
    app.useGlobalGuards({ canActivate: () => true });

    await expect(app.init()).rejects.toThrow('belongs in GUARDS');
    await app.close();
  });

  it('Tell a request the same of its user, whatever becomes of another one with the same token', async () => {
    const ada = service.as('ada', { name: 'Ada' });
    const whoAmI = async (headers = {}) => (await ada.get('http://localhost/api/v2', headers)).document.meta?.user;
    const before = await whoAmI();
    const other = whoAmI({ 'x-marked': 'wait' });

    await service.sql("delete from api_user where subject = 'ada'");
    const letThrough = holdUpSelects(service, 'api_user');
    const post = ada.post('/callPurposes', newPurpose({ name: unique('By whom') }));
    await sleep(200);
    gate.resolve();
    expect(await other).toEqual(before);

    letThrough();
    const { status, resource } = await post;
    expect(status).toBe(201);
    const after = (await whoAmI()) as { id: string };
    expect(resource.relationships.creator?.data).toEqual({ type: 'user', id: after.id });
    expect(after).not.toEqual(before);
  });
});
