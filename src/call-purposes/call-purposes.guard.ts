import { Injectable } from '@nestjs/common';
import { ResourceGuard } from '../json-api/nest/resource.guard.js';

/**
 * The authorization of call purposes: computes canWrite and canDelete from the policy of their resource, which `meta` shows,
 * and refuses what they do not allow.
 */
@Injectable()
export class CallPurposesGuard extends ResourceGuard {}
