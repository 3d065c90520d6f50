import { Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Preconditions } from '../documents/etag.js';
import type { PageOfRows } from '../documents/page-of-rows.js';
import type { CollectionQuery } from '../query/query.js';
import type { ResourceRow, Viewer } from '../resource.js';
import { CurrentViewer, RequestDocument, RequestPreconditions } from './json-api.decorators.js';
import { TargetResource } from './resource.guard.js';
import type { ResourceService, VersionedRow } from './resource.service.js';

/** What a controller needs to serve reads of a resource. */
interface Reads<Row extends ResourceRow> {
  list(query: CollectionQuery): Promise<PageOfRows<Row>>;
  get(id: string): Promise<Row>;
}

/** The reads of a resource. */
export abstract class ReadController<Row extends ResourceRow> {
  constructor(protected readonly service: Reads<Row>) {}

  @Get()
  list(@Query() query: CollectionQuery): Promise<PageOfRows<Row>> {
    return this.service.list(query);
  }

  @Get(':id')
  get(@Param('id') id: string): Promise<Row> {
    return this.service.get(id);
  }
}

/** The reads and writes of a resource. */
export abstract class ResourceController<Row extends VersionedRow, Dto extends object> extends ReadController<Row> {
  constructor(protected override readonly service: ResourceService<Row, Dto, object>) {
    super(service);
  }

  @Post()
  create(@RequestDocument() dto: Dto, @CurrentViewer() caller: Viewer): Promise<Row> {
    return this.service.create(dto, caller);
  }

  @Patch(':id')
  update(
    @TargetResource() row: Row,
    @RequestDocument() dto: Dto,
    @RequestPreconditions() preconditions: Preconditions,
  ): Promise<Row> {
    return this.service.update(row, dto, preconditions);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@TargetResource() row: Row, @RequestPreconditions() preconditions: Preconditions): Promise<void> {
    return this.service.delete(row, preconditions);
  }
}
