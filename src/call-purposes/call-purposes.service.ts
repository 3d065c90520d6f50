import { Injectable } from '@nestjs/common';
import { ResourceService } from '../json-api/nest/resource.service.js';
import { violatedUnique } from '../json-api/sql/resource-repository.js';
import { UsersService } from '../users/users.service.js';
import type { CallPurposeDto } from './call-purpose.dto.js';
import { type CallPurposeRow, type CallPurposeValues, callPurposeResource } from './call-purpose.resource.js';
import { CallPurposesRepository, type ListedCallPurpose } from './call-purposes.repository.js';
import { nameKey } from './name-key.js';

@Injectable()
export class CallPurposesService extends ResourceService<CallPurposeRow, CallPurposeDto, CallPurposeValues> {
  constructor(
    private readonly purposes: CallPurposesRepository,
    users: UsersService,
  ) {
    super(callPurposeResource, purposes, users);
  }

  /** Whether there is a purpose with that id that is not deleted. */
  async exists(id: string): Promise<boolean> {
    return (await this.purposes.find(id)) !== null;
  }

  /** For operators: every purpose that is there, or every one that is deleted. */
  listAll(deleted: boolean): Promise<ListedCallPurpose[]> {
    return this.purposes.listAll(deleted);
  }

  /**
   * For operators: brings a deleted purpose back, under its old name or the one of the DTO.
   * @returns null when there is no deleted purpose with that id
   */
  async restore(id: string, dto: CallPurposeDto): Promise<CallPurposeRow | 'name taken' | null> {
    try {
      return await this.purposes.restore(id, this.valuesOf(dto));
    } catch (error) {
      if (violatedUnique(callPurposeResource, error) === 'name') return 'name taken';
      throw error;
    }
  }

  /** A name goes with its key, which makes it unique. */
  protected override valuesOf(dto: CallPurposeDto): CallPurposeValues {
    return dto.name === undefined ? dto : { ...dto, nameKey: nameKey(dto.name) };
  }
}
