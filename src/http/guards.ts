import { type CanActivate, type ExecutionContext, ForbiddenException, type Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, isObservable, lastValueFrom } from 'rxjs';
import type { RouteHandler } from './route-handlers.js';

type Answer = boolean | Promise<boolean> | Observable<boolean>;

/**
 * Has every request to a handler pass the guards before its body is read. Nest would ask them afterwards, and only where it
 * is asked at all: a response from memory is sent without it.
 */
export function guardRoutes(app: NestFastifyApplication, guards: CanActivate[]): void {
  const { config } = app as unknown as { config: ApplicationConfig };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (config.getGlobalGuards().length + config.getGlobalRequestGuards().length > 0) {
        throw new Error('A global guard of Nest would not be asked for responses from memory: it belongs in GUARDS.');
      }
      const { controller, handler } = route.config ?? {};
      if (!controller || !handler) return;
      route.preParsing = (request, reply, payload, done) => {
        const goOn = () => {
          if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
          done(null, payload);
        };
        const passed = askGuards(guards, contextOf(request, reply, controller, handler));
        if (passed === true) goOn();
        else passed.then(goOn, done);
      };
    });
}

/** What guards are told of a request. */
export const contextOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  controller: Type,
  handler: RouteHandler,
): ExecutionContext => new ExecutionContextHost([request, reply], controller, handler);

/**
 * Asks the guards in their order. Nothing is waited for where nothing needs to be.
 * @throws ForbiddenException, or what a guard throws
 */
export function askGuards(guards: CanActivate[], context: ExecutionContext, first = 0): true | Promise<true> {
  for (let index = first; index < guards.length; index++) {
    const answer: Answer | undefined = guards[index]?.canActivate(context);
    if (answer !== true) return settled(answer).then((passed) => askOthers(passed, guards, context, index + 1));
  }
  return true;
}

const settled = (answer: Answer | undefined): Promise<boolean | undefined> =>
  answer instanceof Promise ? answer : Promise.resolve(isObservable(answer) ? lastValueFrom(answer) : answer);

function askOthers(passed: boolean | undefined, guards: CanActivate[], context: ExecutionContext, first: number) {
  if (passed !== true) throw new ForbiddenException();
  return askGuards(guards, context, first);
}

/** The guards that the controller and its handler declare by `@UseGuards()`. */
export function guardsOf(
  app: Pick<NestFastifyApplication, 'get'>,
  controller: Type,
  handler: RouteHandler,
): CanActivate[] {
  const declared = [controller, handler].flatMap(
    (target) => (Reflect.getMetadata(GUARDS_METADATA, target) ?? []) as (CanActivate | Type<CanActivate>)[],
  );
  return declared.map((guard) => (typeof guard === 'function' ? app.get(guard, { strict: false }) : guard));
}
