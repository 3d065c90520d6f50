import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type Server,
  ServerResponse,
} from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';

const LOOK_AGAIN_AFTER_MS = 100;

/** Longer than any request takes; then its connection is broken, so that the process ends before it is killed. */
const LAST_ANSWERS_MS = 6_000;

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** A server that, when it ends, answers what it is asked until then and tells each client to come no more on that connection. */
export class DrainingAdapter extends FastifyAdapter {
  private readonly state: { ending: boolean };

  constructor(options: FastifyHttpOptions<Server> & { skipMiddie: true }) {
    const state = { ending: false };
    // Fastify itself would answer 503 during the end, but the database is there until the last answer.
    const ending = { return503OnClosing: false, http: { ...options.http, ServerResponse: responsesOf(state) } };
    super({ ...options, ...ending });
    this.state = state;
    const { server } = this.getInstance().addHook('preClose', (done) => {
      const idle = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_AFTER_MS).unref();
      const rest = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
      server.once('close', () => {
        clearInterval(idle);
        clearTimeout(rest);
      });
      done();
    });
  }

  /** Nest calls it first of all when it ends, before it waits for anything. */
  override beforeClose(): void {
    super.beforeClose();
    this.state.ending = true;
  }
}

/** Not a hook of Fastify, which every answer would pay for. */
const responsesOf = (state: { ending: boolean }): typeof ServerResponse =>
  class<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(statusCode: number, statusMessage?: string | Headers, headers?: Headers): this {
      if (state.ending) this.shouldKeepAlive = false;
      return super.writeHead(statusCode, statusMessage as string, headers);
    }
  };
