import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

const EVERY_MS = 60_000;

/** So few at a time that no statement takes long. */
const AT_A_TIME = 500;

/** Removes kept answers once a minute when their time is over. Every process does, each what the others have not begun with. */
@Injectable()
export class IdempotencyKeyExpiry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Idempotency');
  private timer: NodeJS.Timeout | undefined;
  private busy = false;

  constructor(private readonly answers: IdempotencyKeysRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.remove(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async remove(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.timer && (await this.answers.removeExpired(AT_A_TIME)) === AT_A_TIME);
    } catch (error) {
      this.logger.warn(`Expired keys are still there, until the next attempt: ${String(error)}`);
    } finally {
      this.busy = false;
    }
  }
}
