import type { ResourceObject } from './client.js';

type Values = Record<string, unknown>;

/** The resource object of a request that makes a call purpose. */
export const newPurpose = (attributes: Values) => ({ type: 'callPurpose', attributes });

/**
 * The resource object of a request that makes a call.
 * @param callPurpose the linkage of that relationship, if the request is to have it
 */
export const newCall = (attributes: Values = {}, callPurpose?: unknown) => ({
  type: 'call',
  attributes: { direction: 'outbound', ...attributes },
  ...(callPurpose !== undefined && { relationships: { callPurpose: { data: callPurpose } } }),
});

/** The resource object of a request that changes those attributes. */
export const change = ({ type, id }: ResourceObject, attributes: Values) => ({ type, id, attributes });

/** The linkage of a relationship to the resource. */
export const linkageTo = ({ type, id }: ResourceObject) => ({ type, id });

/** The path of a resource, as the client takes it. */
export const pathOf = ({ type, id }: ResourceObject) => `/${type}s/${id}`;
