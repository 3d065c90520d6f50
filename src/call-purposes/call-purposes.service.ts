import { Injectable } from '@nestjs/common';
import { changeLatest, existing } from '../json-api/requests/changes.js';
import type { IfMatch } from '../json-api/documents/etag.js';
import { pointerTo, validationError } from '../json-api/errors/json-api-error.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import type { Caller } from '../users/caller.js';
import { UsersService } from '../users/users.service.js';
import type { CallPurposeDto } from './call-purpose.dto.js';
import { callPurposeResource } from './call-purpose.resource.js';
import type { CallPurposeRow } from './call-purpose.row.js';
import {
  type CallPurposeValues,
  CallPurposesRepository,
  type ListedCallPurpose,
  type Refusal,
} from './call-purposes.repository.js';
import { nameKey } from './name-key.js';

@Injectable()
export class CallPurposesService {
  constructor(
    private readonly purposes: CallPurposesRepository,
    private readonly users: UsersService,
  ) {}

  list(query: CollectionQuery): Promise<PageOfRows<CallPurposeRow>> {
    return this.purposes.page(query);
  }

  get(id: string): Promise<CallPurposeRow> {
    return existing(callPurposeResource, id, (known) => this.purposes.find(known));
  }

  async create(dto: CallPurposeDto, caller: Caller): Promise<CallPurposeRow> {
    return accepted(await this.users.writeAs(caller, (creator) => this.purposes.insert(valuesOf(dto), creator)));
  }

  /** @param purpose as the guard found it; another request may have changed it since */
  async update(purpose: CallPurposeRow, dto: CallPurposeDto, ifMatch: IfMatch): Promise<CallPurposeRow> {
    return accepted(
      await changeLatest(
        purpose,
        ifMatch,
        (id) => this.get(id),
        (current) => this.purposes.update(current, valuesOf(dto)),
      ),
    );
  }

  async delete(purpose: CallPurposeRow, ifMatch: IfMatch): Promise<void> {
    await changeLatest(
      purpose,
      ifMatch,
      (id) => this.get(id),
      (current) => this.purposes.softDelete(current),
    );
  }

  /** For operators: every purpose that is there, or every one that is deleted. */
  listAll(deleted: boolean): Promise<ListedCallPurpose[]> {
    return this.purposes.listAll(deleted);
  }

  /**
   * For operators: brings a deleted purpose back, under its old name or the one of the DTO.
   * @returns null when there is no deleted purpose with that id
   */
  restore(id: string, dto: CallPurposeDto): Promise<CallPurposeRow | Refusal | null> {
    return this.purposes.restore(id, valuesOf(dto));
  }
}

const valuesOf = ({ name, order }: CallPurposeDto): CallPurposeValues => ({
  order,
  ...(name !== undefined && { name, nameKey: nameKey(name) }),
});

function accepted(outcome: CallPurposeRow | Refusal): CallPurposeRow {
  if (outcome === 'name taken')
    throw validationError("'name' is taken by another call purpose.", pointerTo('data', 'attributes', 'name'));
  if (outcome === 'no order left') {
    throw validationError("No order is left after the highest one: give 'order'.", pointerTo('data'));
  }
  return outcome;
}
