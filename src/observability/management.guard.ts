import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { ManagementServer } from './management-server.js';

/** Where management has a port of its own, its paths do not exist on the public one. */
@Injectable()
export class ManagementGuard implements CanActivate {
  private readonly anywhere: boolean;

  constructor(
    { operations }: Settings,
    private readonly server: ManagementServer,
  ) {
    this.anywhere = operations.managementPort === null;
  }

  canActivate(context: ExecutionContext): boolean {
    const { raw, url } = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.anywhere || this.server.received(raw)) return true;
    throw new NotFoundException(`There is nothing at '${url.replace(/[?#].*$/s, '')}'.`);
  }
}
