import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { Scoped } from '../auth/access.decorators.js';
import type { IfMatch } from '../json-api/documents/etag.js';
import { Precondition, RequestDocument, ServesResource } from '../json-api/nest/json-api.decorators.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import { type Caller, CurrentCaller } from '../users/caller.js';
import { CallDto } from './call.dto.js';
import { callResource } from './call.resource.js';
import type { CallRow } from './call.row.js';
import { CallsGuard, GuardedCall } from './calls.guard.js';
import { CallsService } from './calls.service.js';

@Controller(callResource.path)
@ServesResource(callResource)
@Scoped(callResource.path)
@UseGuards(CallsGuard)
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @Get()
  list(@Query() query: CollectionQuery) {
    return this.calls.list(query);
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.calls.get(id);
  }

  @Post()
  create(@RequestDocument(CallDto) dto: CallDto, @CurrentCaller() caller: Caller) {
    return this.calls.create(dto, caller);
  }

  @Patch(':id')
  update(@GuardedCall() call: CallRow, @RequestDocument(CallDto) dto: CallDto, @Precondition() ifMatch: IfMatch) {
    return this.calls.update(call, dto, ifMatch);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@GuardedCall() call: CallRow, @Precondition() ifMatch: IfMatch) {
    return this.calls.delete(call, ifMatch);
  }
}
