import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Settings } from '../config/settings.js';
import { Connections } from './connections.js';
import { DatabaseEndpoint } from './database-endpoint.js';
import { SessionClient } from './session-client.js';

/** The channel that the triggers of the watched tables notify, and the heartbeat. */
const CHANNEL = 'call_purposes';

const HEARTBEAT_EVERY_MS = 1_000;

/** How long a heartbeat that came back proves that the channel works, from when it was sent. */
const PROOF_LASTS_MS = 3_000;

const RECONNECT_AFTER_MS = 1_000;

/** How long a connection may bring back no heartbeat before a new one is made. */
const GIVE_UP_AFTER_MS = 10_000;

const TIME_TO_END_MS = 1_000;

/**
 * Tells whether what was read from the watched tables (call purposes and users) is still so, whoever changes them: this
 * process says so itself, every other writer through PostgreSQL's NOTIFY. The channel is believed only while heartbeats
 * sent over the ordinary connections keep coming back on it; then every change before the heartbeat has been heard of.
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChangeFeed.name);
  /** Where changes are heard of. */
  private readonly url: string | undefined;
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;
  private provenUntil = 0;
  private lastHeardAt = 0;
  private heartbeat: { id: string; sentAt: number } | undefined;
  private stopped = false;
  private tellOfBlock: () => void = () => undefined;

  constructor(
    { database }: Settings,
    { pooled }: DatabaseEndpoint,
    private readonly connections: Connections,
  ) {
    // No other process can open the embedded database.
    if (database.kind === 'embedded') this.provenUntil = Infinity;
    else this.url = database.listenUrl ?? (pooled ? undefined : database.url);
  }

  /** A number that is another one after each change; `null` while changes might go unheard. */
  get generation(): number | null {
    return this.provenUntil > performance.now() ? this.count : null;
  }

  /** To be called after each write of this process to a watched table, before the writer is answered. */
  changed(): void {
    this.count += 1;
    // Until the commit, others read what was there before.
    this.connections.afterTransaction(() => (this.count += 1));
  }

  /** Has that called when a process, or SQL by hand, has blocked a user or taken that back. */
  onBlock(listener: () => void): void {
    this.tellOfBlock = listener;
  }

  onApplicationBootstrap(): void {
    if (this.url !== undefined) void this.listen(this.url);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    // A connection that has gone silent would never end.
    await Promise.race([this.client?.end(), sleep(TIME_TO_END_MS, undefined, { ref: false })]);
  }

  private async listen(connectionString: string): Promise<void> {
    const client = new SessionClient({
      connectionString,
      application_name: 'call-purposes listener',
      keepAlive: true,
      connectionTimeoutMillis: 3_000,
    });
    this.client = client;
    client.on('error', (error) => this.logger.warn(`The change feed lost its connection: ${error.message}`));
    client.on('notification', ({ payload }) => this.hear(payload));
    client.on('end', () => this.listenAgain(connectionString));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.lastHeardAt = performance.now();
      this.beat(client);
    } catch (error) {
      // An end in the midst of it is no trouble.
      if (!this.stopped) this.logger.warn(`The change feed can't listen: ${String(error)}`);
      await client.end().catch(() => undefined);
    }
  }

  private listenAgain(connectionString: string): void {
    clearTimeout(this.timer);
    this.client = undefined;
    this.provenUntil = 0;
    this.heartbeat = undefined;
    if (!this.stopped) this.timer = setTimeout(() => void this.listen(connectionString), RECONNECT_AFTER_MS);
  }

  private hear(payload: string | undefined): void {
    if (payload === 'changed') return this.changed();
    if (payload === 'blocked') return this.tellOfBlock();
    if (!this.heartbeat || payload !== this.heartbeat.id) return;
    // What happened while nothing was proven may have gone unheard.
    if (this.generation === null) this.changed();
    this.provenUntil = this.heartbeat.sentAt + PROOF_LASTS_MS;
    this.lastHeardAt = performance.now();
  }

  private beat(client: pg.Client): void {
    if (this.stopped || this.client !== client) return;
    if (this.lastHeardAt + GIVE_UP_AFTER_MS < performance.now()) {
      this.logger.warn('The change feed has gone silent.');
      // Not `end()`, which would first say goodbye to a server that may not be there.
      client.connection.stream.destroy();
      return;
    }
    this.heartbeat = { id: randomUUID(), sentAt: performance.now() };
    this.connections
      .query({ text: 'select pg_notify($1, $2)', values: [CHANNEL, this.heartbeat.id] })
      .catch((error: unknown) => this.logger.debug(`No heartbeat: ${String(error)}`))
      .finally(() => {
        // Of a connection that has ended meanwhile, the timer is the one for the next.
        if (!this.stopped && this.client === client)
          this.timer = setTimeout(() => this.beat(client), HEARTBEAT_EVERY_MS);
      });
  }
}
