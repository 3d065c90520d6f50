import { ResourceController } from '../json-api/nest/resource.controller.js';
import { ServesResource } from '../json-api/nest/serves-resource.js';
import type { CallDto } from './call.dto.js';
import { type CallRow, callResource } from './call.resource.js';
import { CallsService } from './calls.service.js';

@ServesResource(callResource)
export class CallsController extends ResourceController<CallRow, CallDto> {
  constructor(calls: CallsService) {
    super(calls);
  }
}
