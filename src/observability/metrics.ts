import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { DatabaseState } from '../database/database-state.js';

/** Seconds; answers from memory take far less than a millisecond. */
const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What a request may be refused for because of the load. */
const SHED_REASONS = ['database', 'event_loop', 'memory', 'user'] as const;
export type ShedReason = (typeof SHED_REASONS)[number];

/** What is measured, in the text format of Prometheus. */
@Injectable()
export class Metrics implements OnApplicationBootstrap {
  static readonly CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

  // Not prom-client's own registry, which all applications of a process would share.
  private readonly registry = new Registry();

  private readonly durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATIONS,
    registers: [this.registry],
  });

  private readonly refused = new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests refused with 503 as they would have been answered late, by what was overloaded.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  constructor(database: DatabaseState) {
    // All are there from the start, so that a first refusal is a change.
    for (const reason of SHED_REASONS) this.refused.inc({ reason }, 0);
    new Gauge({
      name: 'database_pool_connections',
      help: 'Connections to the database server; waiting: statements that wait for one.',
      labelNames: ['state'],
      registers: [this.registry],
      async collect() {
        const use = await database.poolUse();
        for (const [state, count] of Object.entries(use ?? {})) this.set({ state }, count as number);
      },
    });
  }

  onApplicationBootstrap(): void {
    // Process, memory, garbage collection, and the lag of the event loop.
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param route the pattern, never the path: each one is a time series */
  observe(method: string, route: string, status: number, milliseconds: number): void {
    this.durations.observe({ method, route, status }, milliseconds / 1_000);
  }

  /** Counts a request that was refused because of the load. */
  shed(reason: ShedReason): void {
    this.refused.inc({ reason });
  }

  print(): Promise<string> {
    return this.registry.metrics();
  }
}
