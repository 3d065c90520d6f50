import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseState } from '../database/database-state.js';

const TIMEOUT_MS = 1_000;

/** Many may ask at once; one answer from the database is good for all of them. */
const GOOD_FOR_MS = 250;

@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseState,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const { database } = await this.indicators
      .check('database')
      .attempt(() => this.database.ping())
      .withTimeout(TIMEOUT_MS)
      .cacheFor(GOOD_FOR_MS);
    // Why it is down may name hosts and users, and anyone may ask.
    return { database: { status: database.status } };
  }
}
