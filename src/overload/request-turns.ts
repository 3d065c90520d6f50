import { AsyncResource } from 'node:async_hooks';
import type { Server } from 'node:net';
import { ExpectedWait } from './expected-wait.js';

/** Begins to answer a request; refuses it when that would be late. */
type Begin = (isLate: boolean) => void;

/** How long requests are begun as they arrive; the rest of a turn's requests wait. */
const LONG_TURN_MS = 5;

/** How many of those who wait are begun in a turn, and for how long; one while others are refused or accepted. */
const BEGUN_IN_TURN = 16;
const BEGIN_MS = 1;

/** How long others are refused in a turn. */
const REFUSE_MS = 2;

/** In so many turns that have accepted a connection, one after the other, nothing else is done, as others may follow it. */
const GIVE_WAY_TURNS = 7;

/** More than the usual number of clients at a time, for which a service that has just started can be slow. */
const ALWAYS_MAY_WAIT = 64;

/**
 * Keeps the turns of the event loop short when it has more requests than it can answer: in each turn libuv accepts one
 * connection and looks once at each of the others, so that in long ones a client could wait for seconds until it is even
 * seen. As long as the requests of a turn take little time, they are begun as they arrive; otherwise they wait, in order,
 * and a few are begun in each turn.
 */
export class RequestTurns {
  private readonly wait = new ExpectedWait(ALWAYS_MAY_WAIT);
  private readonly waiting = new Set<Begin>();
  private readonly refused = new Set<Begin>();
  private isTurn = false;
  private startedAt = 0;
  private beginUntil = 0;
  private hasAccepted = false;
  private gaveWay = 0;

  constructor(server: Server) {
    server.on('connection', () => (this.hasAccepted = true));
  }

  /** Calls back at once, or when the request's turn has come. */
  take(begin: Begin): void {
    if (!this.isTurn) {
      this.startTurn(performance.now());
      return begin(false);
    }
    if (this.waiting.size === 0) {
      if (performance.now() - this.startedAt < LONG_TURN_MS) return begin(false);
      this.wait.begin();
    }
    const queue = this.wait.isLong(this.waiting.size) ? this.refused : this.waiting;
    queue.add(AsyncResource.bind(begin));
  }

  private startTurn(now: number): void {
    this.isTurn = true;
    this.startedAt = now;
    setImmediate(this.endTurn);
    // Each by itself, as what it has to do goes on behind this call, before the next.
    for (let n = Math.min(this.waiting.size, BEGUN_IN_TURN); n > 1; n--) setImmediate(this.beginAnother);
  }

  private readonly endTurn = (): void => {
    this.isTurn = this.waiting.size + this.refused.size > 0;
    if (!this.isTurn) return;
    const now = performance.now();
    this.startTurn(now);
    this.beginUntil = 0;
    const { hasAccepted } = this;
    this.hasAccepted = false;
    this.gaveWay = hasAccepted && this.gaveWay < GIVE_WAY_TURNS ? this.gaveWay + 1 : 0;
    if (this.gaveWay > 0) return;
    if (this.refused.size === 0 && !hasAccepted) this.beginUntil = now + BEGIN_MS;
    for (const refuse of this.refused) {
      this.refused.delete(refuse);
      refuse(true);
      if (performance.now() - now > REFUSE_MS) break;
    }
    this.beginNext();
  };

  private readonly beginAnother = (): void => {
    if (performance.now() < this.beginUntil) this.beginNext();
  };

  private beginNext(): void {
    for (const begin of this.waiting) {
      this.waiting.delete(begin);
      this.wait.serve();
      return begin(false);
    }
  }
}
