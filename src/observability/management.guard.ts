import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { ManagementServer } from './management-server.js';

/** Where management has a port of its own, its paths do not exist on the public one. */
@Injectable()
export class ManagementGuard implements CanActivate {
  constructor(
    protected readonly settings: Settings,
    private readonly server: ManagementServer,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { raw, url } = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.isPublic() || this.server.received(raw)) return true;
    throw new NotFoundException(`There is nothing at '${url.replace(/[?#].*$/s, '')}'.`);
  }

  protected isPublic(): boolean {
    return this.settings.operations.managementPort === null;
  }
}

/** In production, what the metrics tell of the service is for nobody on the public port. */
@Injectable()
export class MetricsGuard extends ManagementGuard {
  protected override isPublic(): boolean {
    return super.isPublic() && !this.settings.production;
  }
}
