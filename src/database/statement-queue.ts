/** Thrown in place of a statement that would have to wait for too long. */
export class DatabaseOverloadedError extends Error {
  constructor() {
    super('Too many statements wait for the database.');
  }
}

/** How long a statement may have to wait before those behind it are refused: a request has up to three of them. */
const LONGEST_WAIT_MS = 200;

/** So many may wait in any case: when there are no more, it is not the load that takes long, but the statements. */
const ALWAYS_MAY_WAIT = 32;

/** How long all connections must have been busy before that says how fast the database is, and how many may wait until then. */
const EVIDENCE_MS = 100;
const MAY_WAIT_UNTIL_THEN = 1_000;

/** What the database has done longer ago than this counts less and less. */
const WINDOW_MS = 1_000;

/**
 * The statements that run or wait for a connection. How long a new one would wait follows from how many do and from how
 * many were answered since all connections became busy (Little's law), however fast the database is.
 */
export class StatementQueue {
  private readonly overloaded = new DatabaseOverloadedError();
  private open = 0;
  /** Since all connections have been busy. */
  private busySince = 0;
  private answered = 0;

  /** @param slots how many statements run at the same time */
  constructor(private readonly slots: number) {}

  /** Counts a statement, or a transaction, until it is over. */
  async track<Result>(task: () => Promise<Result>): Promise<Result> {
    if (++this.open === this.slots + 1) this.begin(performance.now());
    try {
      const result = await task();
      // What failed for want of a connection says nothing about how fast the others are.
      this.answered++;
      return result;
    } finally {
      this.open--;
    }
  }

  /** @throws DatabaseOverloadedError while those who wait already make a new statement's wait too long */
  admit(): void {
    const waiting = this.open - this.slots;
    if (waiting <= ALWAYS_MAY_WAIT) return;
    const now = performance.now();
    const elapsed = now - this.busySince;
    const isLong =
      elapsed < EVIDENCE_MS ? waiting > MAY_WAIT_UNTIL_THEN : (waiting * elapsed) / this.answered > LONGEST_WAIT_MS;
    if (elapsed > WINDOW_MS) this.begin(now - elapsed / 2, this.answered / 2);
    if (isLong) throw this.overloaded;
  }

  private begin(busySince: number, answered = 0): void {
    this.busySince = busySince;
    this.answered = answered;
  }
}
