import { ResourceClient } from '@reststate/client';
import { type Access, type Library, type ResourceType, axiosFor } from './library.js';

interface Resource {
  id: string;
  attributes: Record<string, unknown>;
}

interface Client {
  create(resource: object): Promise<{ data: Resource }>;
  find(what: { id: string }): Promise<{ data: Resource }>;
  update(resource: Resource): Promise<unknown>;
}

/** It has no types of its own. */
const Client = ResourceClient as new (options: object) => Client;

export function reststate(access: Access): Library {
  const clientOf = (type: ResourceType) => new Client({ name: type, httpClient: axiosFor(access) });
  return {
    create: async (type, attributes) => (await clientOf(type).create({ attributes })).data.id,
    async change(type, id, name, value) {
      const { data } = await clientOf(type).find({ id });
      data.attributes[name] = value;
      await clientOf(type).update(data);
    },
  };
}
