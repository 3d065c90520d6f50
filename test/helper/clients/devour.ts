import JsonApi from 'devour-client';
import { ATTRIBUTES, type Access, type Library, RELATIONSHIPS, TYPES } from './library.js';

interface Devour {
  define(type: string, model: object, options: object): void;
  create(type: string, attributes: object): Promise<{ data: { id: string } }>;
  find(type: string, id: string, parameters: object): Promise<{ data: Record<string, unknown> }>;
  update(type: string, resource: object): Promise<unknown>;
}

/** It has no types of its own. */
const Client = JsonApi as new (options: object) => Devour;

export function devour({ api, token }: Access): Library {
  const client = new Client({ apiUrl: api, bearer: token, pluralize: false, logger: false });
  for (const type of TYPES) {
    const relationships = Object.entries(RELATIONSHIPS[type]).map(([name, other]) => [
      name,
      { jsonApi: 'hasOne', type: other },
    ]);
    const attributes = ATTRIBUTES[type].map((name) => [name, '']);
    client.define(type, Object.fromEntries([...attributes, ...relationships]) as object, {
      collectionPath: `${type}s`,
    });
  }
  return {
    create: async (type, attributes) => (await client.create(type, attributes)).data.id,
    async change(type, id, name, value) {
      const { data } = await client.find(type, id, { include: Object.keys(RELATIONSHIPS[type]).join() });
      await client.update(type, { ...data, [name]: value });
    },
  };
}
