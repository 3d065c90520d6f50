/** Thrown in place of an answer that would come late. */
export class EventLoopOverloadedError extends Error {
  constructor() {
    super('The event loop can not keep up.');
  }
}

const LOOK_EVERY_MS = 100;

/** How long a turn of the event loop may take: a request needs several until it is answered. */
const LONGEST_TURN_MS = 200;

/** Fewer requests than that between two looks are not what keeps it busy, and refusing them would help nobody. */
const MANY_REQUESTS = 100;

/** Tells whether requests keep the event loop so busy that its turns take long, twice in a row: a pause alone is no overload. */
export class EventLoopLoad {
  readonly overloaded = new EventLoopOverloadedError();
  isOverloaded = false;
  /** Requests since the last look; whoever takes requests counts them here. */
  arrivals = 0;
  private wasLate = false;
  private lookedAt = performance.now();
  private readonly timer = setInterval(() => this.look(performance.now()), LOOK_EVERY_MS).unref();

  end(): void {
    clearInterval(this.timer);
  }

  private look(now: number): void {
    const isLate = now - this.lookedAt > LOOK_EVERY_MS + LONGEST_TURN_MS && this.arrivals >= MANY_REQUESTS;
    this.isOverloaded = isLate && this.wasLate;
    this.wasLate = isLate;
    this.lookedAt = now;
    this.arrivals = 0;
  }
}
