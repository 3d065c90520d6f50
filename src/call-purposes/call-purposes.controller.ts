import { ResourceController } from '../json-api/nest/resource.controller.js';
import { ServesResource } from '../json-api/nest/serves-resource.js';
import type { CallPurposeDto } from './call-purpose.dto.js';
import { type CallPurposeRow, callPurposeResource } from './call-purpose.resource.js';
import { CallPurposesGuard } from './call-purposes.guard.js';
import { CallPurposesService } from './call-purposes.service.js';

@ServesResource(callPurposeResource, CallPurposesGuard)
export class CallPurposesController extends ResourceController<CallPurposeRow, CallPurposeDto> {
  constructor(purposes: CallPurposesService) {
    super(purposes);
  }
}
