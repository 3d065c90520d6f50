import { AsyncResource } from 'node:async_hooks';
import type { Server } from 'node:net';
import { ExpectedWait } from '../overload/expected-wait.js';

/** Begins to answer a request, or with an error refuses it. */
type Begin = (error?: Error) => void;

/** Thrown in place of an answer that would come late. */
export class EventLoopOverloadedError extends Error {
  constructor() {
    super('The event loop can not keep up.');
  }
}

/** How long requests may be begun as they arrive, and refused; the rest of a turn's requests wait. */
const TURN_MS = 2;

/** More than the usual number of clients at a time, for which a service that has just started can be slow. */
const ALWAYS_MAY_WAIT = 64;

/** For so long after one was begun, the next gives way to new connections. */
const GIVE_WAY_MS = 1;

/**
 * Keeps the turns of the event loop short when it has more requests than it can answer: in each turn libuv accepts one
 * connection and looks once at each of the others, so that in long ones a client could wait for seconds until it is even
 * seen. As long as the requests of a turn take little time, they are begun as they arrive; otherwise they wait, in order,
 * and one is begun in each turn.
 */
export class RequestTurns {
  private readonly overloaded = new EventLoopOverloadedError();
  private readonly wait = new ExpectedWait(ALWAYS_MAY_WAIT);
  private readonly waiting = new Set<Begin>();
  private readonly refused = new Set<Begin>();
  private isTurn = false;
  private endsAt = 0;
  private begunAt = 0;
  private hasAccepted = false;

  constructor(server: Server) {
    server.on('connection', () => (this.hasAccepted = true));
  }

  /** Calls back at once, or when the request's turn has come. */
  take(begin: Begin): void {
    if (!this.isTurn) {
      this.startTurn(performance.now());
      return begin();
    }
    if (this.waiting.size === 0) {
      if (performance.now() < this.endsAt) return begin();
      this.wait.begin();
    }
    const queue = this.wait.isLong(this.waiting.size) ? this.refused : this.waiting;
    queue.add(AsyncResource.bind(begin));
  }

  private readonly endTurn = (): void => {
    this.isTurn = this.waiting.size + this.refused.size > 0;
    if (!this.isTurn) return;
    const now = performance.now();
    this.startTurn(now);
    const givesWay = this.hasAccepted && now - this.begunAt < GIVE_WAY_MS;
    this.hasAccepted = false;
    if (givesWay) return;
    for (const refuse of this.refused) {
      this.refused.delete(refuse);
      refuse(this.overloaded);
      if (performance.now() > this.endsAt) break;
    }
    this.begunAt = now;
    for (const begin of this.waiting) {
      this.waiting.delete(begin);
      this.wait.serve();
      return begin();
    }
  };

  private startTurn(now: number): void {
    this.isTurn = true;
    this.endsAt = now + TURN_MS;
    setImmediate(this.endTurn);
  }
}
