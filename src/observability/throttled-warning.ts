import { Logger } from '@nestjs/common';

const SAY_AGAIN_AFTER_MS = 5_000;

/** Gives what warns of one kind of trouble: at most every five seconds, however many requests meet it. */
export function throttledWarning(context: string): (message: string) => void {
  const logger = new Logger(context);
  let saidAt = -Infinity;
  return (message) => {
    if (saidAt + SAY_AGAIN_AFTER_MS >= performance.now()) return;
    saidAt = performance.now();
    logger.warn(message);
  };
}
