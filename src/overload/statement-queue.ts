import { ExpectedWait } from './expected-wait.js';

const ALWAYS_MAY_WAIT = 32;

/** The statements that run or wait for a connection. */
export class StatementQueue {
  private readonly wait = new ExpectedWait(ALWAYS_MAY_WAIT);
  private open = 0;

  /** @param slots how many statements run at the same time */
  constructor(private readonly slots: number) {}

  /** Counts a statement, or a transaction, until it is over. */
  async track<Result>(task: () => Promise<Result>): Promise<Result> {
    if (++this.open === this.slots + 1) this.wait.begin();
    try {
      const result = await task();
      // What failed for want of a connection says nothing about how fast the others are.
      if (this.open > this.slots) this.wait.serve();
      return result;
    } finally {
      this.open--;
    }
  }

  /** Whether those who wait already make a new statement's wait too long. */
  isLong(): boolean {
    return this.wait.isLong(this.open - this.slots);
  }
}
