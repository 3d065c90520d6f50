import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { StatementQueue } from '../../src/overload/statement-queue.js';

describe('Admission', () => {
  const SLOTS = 10;
  const SECONDS = 20;

  /** What a database of made-up speed came to in made-up time, which no other load on the machine changes. Milliseconds. */
  interface Outcome {
    asked: number;
    /** How long each that was let in took, sorted. */
    latencies: number[];
  }

  afterEach(() => void jest.restoreAllMocks());

  /**
   * Asks a database for statements, evenly, from when it is idle.
   * @param perSecond how many it can answer
   * @param times how many times that it is asked for
   */
  async function ask(perSecond: number, times: number): Promise<Outcome> {
    let now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const queue = new StatementQueue(SLOTS);
    const waiting: { since: number; answer: () => void }[] = [];
    const running: { until: number; since: number; answer: () => void }[] = [];
    const outcome: Outcome = { asked: 0, latencies: [] };
    const duration = (SLOTS / perSecond) * 1_000;
    for (const start = now; now < start + SECONDS * 1_000; now += duration / 20) {
      for (let first = running[0]; first && first.until <= now; first = running[0]) {
        running.shift();
        first.answer();
        outcome.latencies.push(now - first.since);
      }
      await new Promise(setImmediate);
      for (; outcome.asked < ((now - start) / 1_000) * perSecond * times; outcome.asked++) {
        if (queue.isLong()) continue;
        void queue.track(() => new Promise<void>((answer) => waiting.push({ since: now, answer })));
      }
      while (running.length < SLOTS && waiting[0]) running.push({ until: now + duration, ...waiting.shift()! });
    }
    outcome.latencies.sort((a, b) => a - b);
    return outcome;
  }

  describe.each([100, 500, 3_000])('A database that answers %d statements a second', (perSecond) => {
    it.each([
      [2, 600],
      [3, 600],
      [10, 1_000],
    ])('When asked for %d times that, answers as many as it can, 99 %% within %d ms', async (times, within) => {
      const { asked, latencies } = await ask(perSecond, times);

      expect(asked).toBeGreaterThan(perSecond * times * SECONDS * 0.99);
      expect(latencies.length).toBeGreaterThan(perSecond * SECONDS * 0.97);
      expect(latencies[Math.floor(latencies.length * 0.99)]).toBeLessThan(within);
    });

    it('When asked for nearly as many as that, answers all', async () => {
      const { asked, latencies } = await ask(perSecond, 0.95);

      expect(latencies.length).toBeGreaterThanOrEqual(asked - SLOTS);
    });
  });
});
