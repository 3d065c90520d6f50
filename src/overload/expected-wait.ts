/** How long someone may have to wait before those behind are refused: a request waits up to four times. */
const LONGEST_WAIT_MS = 100;

/** How long some must have been waiting before that says how fast they are served, and how many may wait until then. */
const EVIDENCE_MS = 100;
const MAY_WAIT_UNTIL_THEN = 1_000;

/** What was longer ago than this counts less and less, or, when nobody has waited since, not at all. */
const WINDOW_MS = 1_000;

/**
 * How long a new one would wait in a queue: it follows from how many wait and from how many were served while some waited
 * (Little's law), however fast that is.
 */
export class ExpectedWait {
  /** The time in which those were served, as if without the pauses in which nobody waited, began then. */
  private since = 0;
  private served = 0;
  private servedAt = 0;

  /** @param always how many may wait in any case: when there are no more, it is not the load that takes long, but the work */
  constructor(private readonly always: number) {}

  /** Nobody was waiting until now. */
  begin(): void {
    const now = performance.now();
    if (now - this.servedAt > WINDOW_MS) this.restart(now, 0);
    else this.since += now - this.servedAt;
  }

  /** One of those who waited has been served. */
  serve(): void {
    this.served++;
    this.servedAt = performance.now();
  }

  /** Whether one more would have to wait for too long behind so many. */
  isLong(waiting: number): boolean {
    if (waiting <= this.always) return false;
    const now = performance.now();
    const elapsed = now - this.since;
    const isLong =
      elapsed < EVIDENCE_MS ? waiting > MAY_WAIT_UNTIL_THEN : (waiting * elapsed) / this.served > LONGEST_WAIT_MS;
    if (elapsed > WINDOW_MS) this.restart(now - elapsed / 2, this.served / 2);
    return isLong;
  }

  private restart(since: number, served: number): void {
    this.since = since;
    this.served = served;
  }
}
