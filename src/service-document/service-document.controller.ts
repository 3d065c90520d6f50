import { Controller, Get } from '@nestjs/common';
import { AnyScope } from '../auth/access.decorators.js';
import { serviceVersion } from '../config/service-version.js';
import type { MetaDocument } from '../json-api/documents/document.js';
import { ServesMeta } from '../json-api/nest/json-api.decorators.js';
import { ServedResources } from '../json-api/nest/served-resources.js';
import type { Principal } from '../auth/principal.js';
import { Caller, CurrentCaller } from '../users/caller.js';
import { OPENAPI_PATH } from '../openapi/paths.js';

import { SERVICE_DOCUMENT } from './service-document.description.js';

/** What the service is, what the caller may do, and where everything is. */
@Controller()
@ServesMeta(SERVICE_DOCUMENT)
@AnyScope()
export class ServiceDocumentController {
  constructor(private readonly resources: ServedResources) {}

  @Get()
  describe(@CurrentCaller() caller: Principal | Caller): MetaDocument {
    return {
      meta: {
        service: { name: 'Call Purposes', version: serviceVersion },
        user: { id: caller instanceof Caller ? caller.userId : null, scopes: [...caller.scopes], roles: caller.roles },
      },
      links: {
        ...Object.fromEntries(this.resources.all().map(({ path }) => [path, path])),
        describedby: OPENAPI_PATH,
      },
    };
  }
}
