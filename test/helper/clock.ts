import { jest } from '@jest/globals';

/**
 * Stops the clock, and with it intervals, until `jest.useRealTimers()`. Whatever waits for something to come over a
 * connection goes on in real time.
 * @param now milliseconds since 1970
 */
export function stopClock(now = Date.now()): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'setTimeout',
      'clearTimeout',
      'setImmediate',
      'clearImmediate',
      'nextTick',
      'queueMicrotask',
      'performance',
      'hrtime',
    ],
  });
}

/** Moves the stopped clock on. */
export const passTime = (seconds: number) => jest.advanceTimersByTime(seconds * 1000);
