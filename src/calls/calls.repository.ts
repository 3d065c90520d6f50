import { Injectable } from '@nestjs/common';
import { TableAccess } from '../database/table-access.js';
import { ResourceRepository } from '../json-api/sql/resource-repository.js';
import { type CallRow, type CallValues, callResource } from './call.resource.js';

@Injectable()
export class CallsRepository extends ResourceRepository<CallRow, CallValues> {
  constructor(tables: TableAccess) {
    super(callResource, tables);
  }
}
