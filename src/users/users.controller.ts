import { Controller, Get, Param, Query } from '@nestjs/common';
import { Scoped } from '../auth/access.decorators.js';
import { ServesResource } from '../json-api/nest/json-api.decorators.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import { userResource } from './user.resource.js';
import { UsersService } from './users.service.js';

@Controller(userResource.path)
@ServesResource(userResource)
@Scoped(userResource.path)
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  list(@Query() query: CollectionQuery) {
    return this.users.list(query);
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.users.get(id);
  }
}
