import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Settings } from '../config/settings.js';
import { isManagementPath } from './paths.js';

/**
 * The port of health and metrics, if they have one of their own: a second way into the same application that leads to those
 * paths only. It is open longer than the public one, so that the end can be watched.
 */
@Injectable()
export class ManagementServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly requests = new WeakSet<IncomingMessage>();
  private server: Server | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
  ) {}

  /** The port that it listens on; `null` when there is none. */
  get port(): number | null {
    return this.server ? (this.server.address() as AddressInfo).port : null;
  }

  /** Whether the request came in here. */
  received(request: IncomingMessage): boolean {
    return this.requests.has(request);
  }

  onApplicationBootstrap(): void {
    const { managementPort } = this.settings.operations;
    // A program of the command line has no HTTP adapter.
    const adapter = this.host.httpAdapter as FastifyAdapter | undefined;
    if (managementPort === null || !adapter) return;
    const fastify = adapter.getInstance();
    fastify.addHook('onReady', () => this.listen(fastify, managementPort));
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async listen(fastify: FastifyInstance, port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.requests.add(request);
      if (isManagementPath(request.url ?? '')) fastify.routing(request, response);
      else response.writeHead(404).end();
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, this.settings.http.host, () => resolve());
    });
  }
}
