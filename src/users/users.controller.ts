import { ReadController } from '../json-api/nest/resource.controller.js';
import { ServesResource } from '../json-api/nest/serves-resource.js';
import { type UserRow, userResource } from './user.resource.js';
import { UsersService } from './users.service.js';

@ServesResource(userResource)
export class UsersController extends ReadController<UserRow> {
  constructor(users: UsersService) {
    super(users);
  }
}
