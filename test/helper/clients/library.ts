import axios, { type AxiosInstance } from 'axios';
import { MEDIA_TYPE } from '../client.js';

/** A client library as its users use it: it reads whole resources, has one attribute changed, and sends all of it back. */
export interface Library {
  /** @returns the id of what was made */
  create(type: ResourceType, attributes: Record<string, unknown>): Promise<string>;
  change(type: ResourceType, id: string, name: string, value: unknown): Promise<void>;
}

/** The URL of the API and a token for it. */
export interface Access {
  api: string;
  token: string;
}

export const ATTRIBUTES = {
  callPurpose: ['name', 'order', 'createdAt', 'updatedAt'],
  call: [
    ...['direction', 'from', 'to', 'outcome', 'note', 'tags', 'recordingUrl'],
    ...['dialedAt', 'answeredAt', 'completedAt', 'createdAt', 'updatedAt'],
  ],
  user: ['name', 'email', 'createdAt', 'updatedAt'],
};

export const RELATIONSHIPS = {
  callPurpose: { creator: 'user' },
  call: { callPurpose: 'callPurpose', user: 'user' },
  user: {},
} as const;

/** Of all that is read. */
export const TYPES = ['callPurpose', 'call', 'user'] as const;

export type ResourceType = 'callPurpose' | 'call';

export const headersOf = ({ token }: Access) => ({
  Authorization: `Bearer ${token}`,
  Accept: MEDIA_TYPE,
  'Content-Type': MEDIA_TYPE,
});

/** For libraries that have types in paths; here, types are singular and paths plural. */
export function axiosFor(access: Access): AxiosInstance {
  const http = axios.create({ baseURL: access.api, headers: headersOf(access) });
  http.interceptors.request.use((request) => {
    request.url = request.url?.replace(/^(callPurpose|call)(?=[/?]|$)/, '$1s');
    return request;
  });
  return http;
}
