import { AsyncResource } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';

/** Requests of one user that are under way at a time: fewer than there are connections to the database. */
const UNDER_WAY = 8;

/** So short that a request is still answered within five seconds when the database then hangs. */
const LONGEST_WAIT_MS = 500;

/** More of them may wait than a program asks at once, and not so many that they take up much memory. */
const MAY_WAIT = 128;

/** Begins to answer a request; refuses it when it would wait behind too many of the same user, or has waited for too long. */
type Begin = (isRefused: boolean) => void;

interface Share {
  underWay: number;
  waiting: Set<() => void>;
}

/**
 * Has the requests of each user that need the database wait for one another and not for those of others, so that nobody can
 * take all of its connections.
 */
export class FairShares {
  private readonly shares = new Map<string, Share>();

  /**
   * Calls back at once, or when others of the user have ended.
   * @param response ends the turn with its `close`, whether it was sent or not
   */
  take(userId: string, response: EventEmitter, begin: Begin): void {
    const share = this.shares.get(userId) ?? { underWay: 0, waiting: new Set() };
    if (share.underWay >= UNDER_WAY) return this.wait(share, userId, response, begin);
    this.shares.set(userId, share);
    share.underWay++;
    response.once('close', () => this.end(userId, share));
    begin(false);
  }

  private wait(share: Share, userId: string, response: EventEmitter, begin: Begin): void {
    if (share.waiting.size >= MAY_WAIT) return begin(true);
    // In the waiting request's own context, as another's end calls it.
    const onTurn = AsyncResource.bind(() => {
      clearTimeout(timer);
      response.off('close', giveUp).once('close', () => this.end(userId, share));
      begin(false);
    });
    const giveUp = () => {
      clearTimeout(timer);
      share.waiting.delete(onTurn);
    };
    const timer = setTimeout(() => {
      response.off('close', giveUp);
      share.waiting.delete(onTurn);
      begin(true);
    }, LONGEST_WAIT_MS);
    share.waiting.add(onTurn);
    response.once('close', giveUp);
  }

  /** The next one takes over. */
  private end(userId: string, share: Share): void {
    const [next] = share.waiting;
    if (next) {
      share.waiting.delete(next);
      return next();
    }
    if (--share.underWay === 0) this.shares.delete(userId);
  }
}
