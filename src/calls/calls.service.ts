import { Injectable } from '@nestjs/common';
import { CallPurposesRepository } from '../call-purposes/call-purposes.repository.js';
import { changeLatest, existing } from '../json-api/requests/changes.js';
import type { IfMatch } from '../json-api/documents/etag.js';
import { pointerTo, validationError } from '../json-api/errors/json-api-error.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import type { Caller } from '../users/caller.js';
import { UsersService } from '../users/users.service.js';
import type { CallDto } from './call.dto.js';
import { callResource } from './call.resource.js';
import type { CallRow } from './call.row.js';
import { CallsRepository } from './calls.repository.js';

@Injectable()
export class CallsService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly purposes: CallPurposesRepository,
    private readonly users: UsersService,
  ) {}

  list(query: CollectionQuery): Promise<PageOfRows<CallRow>> {
    return this.calls.page(query);
  }

  get(id: string): Promise<CallRow> {
    return existing(callResource, id, (known) => this.calls.find(known));
  }

  async create(dto: CallDto, caller: Caller): Promise<CallRow> {
    await this.checkPurpose(dto);
    return this.users.writeAs(caller, (userId) => this.calls.insert(dto, userId));
  }

  /** @param call as the guard found it; another request may have changed it since */
  async update(call: CallRow, dto: CallDto, ifMatch: IfMatch): Promise<CallRow> {
    await this.checkPurpose(dto);
    return changeLatest(
      call,
      ifMatch,
      (id) => this.get(id),
      (current) => this.calls.update(current, dto),
    );
  }

  async delete(call: CallRow, ifMatch: IfMatch): Promise<void> {
    await changeLatest(
      call,
      ifMatch,
      (id) => this.get(id),
      (current) => this.calls.delete(current),
    );
  }

  /** A purpose that is deleted right after this check is no harm: the call shows none then, as calls that had it before. */
  private async checkPurpose({ callPurpose }: CallDto): Promise<void> {
    if (!callPurpose || (await this.purposes.find(callPurpose))) return;
    throw validationError(
      `There is no call purpose with the ID '${callPurpose}'.`,
      pointerTo('data', 'relationships', 'callPurpose'),
    );
  }
}
