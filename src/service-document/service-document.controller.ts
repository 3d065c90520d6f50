import { Controller, Get } from '@nestjs/common';
import { AnyScope } from '../auth/access.decorators.js';
import { type MetaDocument, ServesMeta } from '../json-api/json-api.decorators.js';
import { ServedResources } from '../json-api/served-resources.js';
import { type Caller, CurrentCaller } from '../users/caller.js';
import { serviceVersion } from './service-version.js';

/** What the service is, what the caller may do, and where everything is. */
@Controller()
@ServesMeta()
@AnyScope()
export class ServiceDocumentController {
  constructor(private readonly resources: ServedResources) {}

  @Get()
  describe(@CurrentCaller() caller: Caller): MetaDocument {
    return {
      meta: {
        service: { name: 'Call Purposes', version: serviceVersion },
        user: { id: caller.userId, scopes: [...caller.scopes], roles: caller.roles },
      },
      links: Object.fromEntries(this.resources.all().map(({ path }) => [path, path])),
    };
  }
}
