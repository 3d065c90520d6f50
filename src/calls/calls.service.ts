import { Injectable } from '@nestjs/common';
import { CallPurposesService } from '../call-purposes/call-purposes.service.js';
import { pointerTo, validationError } from '../json-api/errors/json-api-error.js';
import { ResourceService } from '../json-api/nest/resource.service.js';
import { UsersService } from '../users/users.service.js';
import type { CallDto } from './call.dto.js';
import { type CallRow, type CallValues, callResource } from './call.resource.js';
import { CallsRepository } from './calls.repository.js';

@Injectable()
export class CallsService extends ResourceService<CallRow, CallDto, CallValues> {
  constructor(
    calls: CallsRepository,
    private readonly purposes: CallPurposesService,
    users: UsersService,
  ) {
    super(callResource, calls, users);
  }

  /** A new purpose has to be there; one that is deleted right after this check is no harm. */
  protected override async valuesOf(dto: CallDto, call?: CallRow): Promise<CallValues> {
    const { callPurpose } = dto;
    if (!callPurpose || callPurpose === call?.callPurpose || (await this.purposes.exists(callPurpose))) return dto;
    throw validationError(
      `There is no call purpose with the ID '${callPurpose}'.`,
      pointerTo('data', 'relationships', 'callPurpose'),
    );
  }
}
