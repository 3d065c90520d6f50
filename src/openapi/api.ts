import type { Type } from '@nestjs/common';
import type { Resource } from '../json-api/resource.js';

/** How the service is set up, as far as its answers show it. */
export interface Installation {
  /** The API's path, such as `/api/v2`. */
  basePath: string;
  version: string;
  integerIds: boolean;
  isRateLimited: boolean;
  allowsOrigins: boolean;
}

/** What is described. */
export interface Api extends Installation {
  /** Every resource, with the class of the documents that make and change one, if there are such. */
  resources: Map<Resource, Type<object> | undefined>;
}
