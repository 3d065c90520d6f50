/** Counts the requests that each user makes in an hour of the clock. */
export abstract class RequestCounter {
  /**
   * Counts one more request.
   * @param subject the `sub` claim of the user's tokens
   * @param hour hours since 1970
   * @returns the requests of that user in that hour, this one included
   */
  abstract count(subject: string, hour: number): number | Promise<number>;
}

/** Counts in this process alone. */
export class LocalRequestCounter extends RequestCounter {
  private hour = 0;
  private readonly counts = new Map<string, number>();

  override count(subject: string, hour: number): number {
    if (hour !== this.hour) {
      this.counts.clear();
      this.hour = hour;
    }
    const count = (this.counts.get(subject) ?? 0) + 1;
    this.counts.set(subject, count);
    return count;
  }
}
