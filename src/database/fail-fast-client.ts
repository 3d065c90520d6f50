import type pg from 'pg';
import { SessionClient } from './session-client.js';

type Answer = (error: Error | null, result?: unknown) => void;

/**
 * A client that believes nothing for too long. Its connection is closed when a statement got no answer in time: the server
 * ends slow statements itself, so that only a dead connection stays silent; back in the pool it would fail one request after
 * the other. And a commit whose wait for the synchronous standby was cancelled fails: PostgreSQL reports it as done, with a
 * warning, but it is lost when the standby takes over.
 */
export class FailFastClient extends SessionClient {
  private onlyHere = false;

  constructor(config?: pg.ClientConfig) {
    super(config);
    // By where the warning comes from, as its text is in the server's language.
    this.on('notice', ({ routine }) => (this.onlyHere ||= routine === 'SyncRepWaitForLSN'));
  }

  // pg's overloads: a callback at the end, or a promise.
  override query(...request: unknown[]): never {
    const callback = request.at(-1);
    if (typeof callback === 'function') {
      const answer: Answer = (error, result) => (callback as Answer)(error ?? this.doubt(), result);
      return this.send([...request.slice(0, -1), answer]) as never;
    }
    const answer = this.send(request);
    return (answer instanceof Promise ? answer.then(...this.asPromised) : answer) as never;
  }

  private readonly asPromised = [
    (result: unknown): unknown => {
      const doubt = this.doubt();
      if (doubt) throw doubt;
      return result;
    },
    (error: Error): never => {
      if (error.message === 'Query read timeout') this.connection.stream.destroy();
      throw error;
    },
  ] as const;

  private send(request: unknown[]): unknown {
    return (super.query as (...request: unknown[]) => unknown).apply(this, request);
  }

  private doubt(): Error | null {
    if (!this.onlyHere) return null;
    this.onlyHere = false;
    return new Error('Committed on this server only: the wait for the synchronous standby was cancelled.');
  }
}
