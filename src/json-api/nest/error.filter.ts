import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { selfLink } from '../documents/document.js';
import { type ErrorCode, JsonApiError, JsonApiErrors } from '../errors/json-api-error.js';
import { JSON_API_MEDIA_TYPE } from '../requests/media-type.js';
import type { JsonApiOptions } from './json-api-options.js';

/** Finds what an error of another part (a driver, a framework) means to the client; `undefined` for what it does not know. */
export type ErrorTranslator = (error: unknown, request: FastifyRequest) => JsonApiError | undefined;

const CODES: Record<number, ErrorCode> = {
  401: 'unauthorized',
  403: 'unauthorizedRequest',
  404: 'routeNotFound',
  405: 'methodNotAllowed',
  406: 'notAcceptable',
  413: 'payloadTooLarge',
  415: 'unsupportedMediaType',
  422: 'validationError',
  503: 'serviceUnavailable',
};

/** Answers every error with a JSON:API error document. What is nobody's fault but ours shows nothing of the inside. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(
    private readonly options: JsonApiOptions,
    private readonly translators: ErrorTranslator[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void | Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const errors = this.errorsOf(error, request);
    if (!errors.some(({ about }) => about)) return sendErrors(reply, errors);
    return Promise.all(errors.map((one) => this.link(one, request))).then(() => sendErrors(reply, errors));
  }

  /** The error is told in any case, and without the link when what it would lead to is gone or can't be found. */
  private async link(error: JsonApiError, request: FastifyRequest): Promise<void> {
    try {
      const found = await error.about?.();
      if (found) error.links = { about: selfLink(...found, { baseUrl: this.options.baseUrl(request) }) };
    } catch (failure) {
      this.logger.debug(`${request.id} has no link in its error: ${String(failure)}`);
    }
  }

  private errorsOf(error: unknown, request: FastifyRequest): [JsonApiError, ...JsonApiError[]] {
    if (error instanceof JsonApiErrors) return error.errors;
    if (error instanceof JsonApiError) return [error];
    for (const translate of this.translators) {
      const translated = translate(error, request);
      if (translated) return [translated];
    }
    if (error instanceof HttpException && error.getStatus() < 500) {
      return [new JsonApiError(CODES[error.getStatus()] ?? 'badRequest', error.message)];
    }
    this.logger.error(
      `${request.id} ${request.method} ${request.routeOptions.url ?? 'no route'}: ${String(error)}`,
      stackOf(error),
    );
    return [
      new JsonApiError(
        'internalServerError',
        `Something went wrong here. The log has it under the request id ${request.id}.`,
      ),
    ];
  }
}

/** Answers with the document of those errors, of which the first gives the status. */
export function sendErrors(reply: FastifyReply, errors: [JsonApiError, ...JsonApiError[]]): void {
  // They would be those of a document that is not sent.
  void reply.removeHeader('ETag').removeHeader('Location');
  for (const { headers } of errors) void reply.headers(headers);
  if (isLongInComing(reply.request)) void reply.header('Connection', 'close');
  void reply
    .status(errors[0].status)
    .header('Content-Type', JSON_API_MEDIA_TYPE)
    .send(Buffer.from(errorDocument(errors)));
}

/** Whether there may be more to come of a request than it would be worth to read for keeping the connection. */
function isLongInComing({ raw, headers }: FastifyRequest): boolean {
  if (raw.complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LONGEST_PASSED_OVER;
}

/** Bytes of a body that nobody wants: to read them is less work than a new connection. */
const LONGEST_PASSED_OVER = 65_536;

/** The bytes of the document of those errors. */
export const errorDocument = (errors: JsonApiError[]): string =>
  JSON.stringify({ jsonapi: { version: '1.1' }, errors });

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);
