import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { Scoped } from '../auth/access.decorators.js';
import type { IfMatch } from '../json-api/documents/etag.js';
import { Precondition, RequestDocument, ServesResource } from '../json-api/nest/json-api.decorators.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import { type Caller, CurrentCaller } from '../users/caller.js';
import { CallPurposeDto } from './call-purpose.dto.js';
import { callPurposeResource } from './call-purpose.resource.js';
import type { CallPurposeRow } from './call-purpose.row.js';
import { CallPurposesGuard, GuardedCallPurpose } from './call-purposes.guard.js';
import { CallPurposesService } from './call-purposes.service.js';

@Controller(callPurposeResource.path)
@ServesResource(callPurposeResource)
@Scoped(callPurposeResource.path)
@UseGuards(CallPurposesGuard)
export class CallPurposesController {
  constructor(private readonly purposes: CallPurposesService) {}

  @Get()
  list(@Query() query: CollectionQuery) {
    return this.purposes.list(query);
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.purposes.get(id);
  }

  @Post()
  create(@RequestDocument(CallPurposeDto) dto: CallPurposeDto, @CurrentCaller() caller: Caller) {
    return this.purposes.create(dto, caller);
  }

  @Patch(':id')
  update(
    @GuardedCallPurpose() purpose: CallPurposeRow,
    @RequestDocument(CallPurposeDto) dto: CallPurposeDto,
    @Precondition() ifMatch: IfMatch,
  ) {
    return this.purposes.update(purpose, dto, ifMatch);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@GuardedCallPurpose() purpose: CallPurposeRow, @Precondition() ifMatch: IfMatch) {
    return this.purposes.delete(purpose, ifMatch);
  }
}
