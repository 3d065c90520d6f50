import { recordIdentifierFor, useRecommendedStore } from '@warp-drive/core';
import { setupSignals } from '@warp-drive/core/configure';
import { checkout, withDefaults } from '@warp-drive/core/reactive';
import { JSONAPICache } from '@warp-drive/json-api';
import { createRecord, findRecord, serializeResources, updateRecord } from '@warp-drive/utilities/json-api';
import {
  ATTRIBUTES,
  type Access,
  type Library,
  RELATIONSHIPS,
  TYPES,
  type ResourceType,
  headersOf,
} from './library.js';

/** A framework's reactivity, which nothing here needs. */
setupSignals(() => ({
  createSignal: () => ({}),
  consumeSignal: () => undefined,
  notifySignal: () => undefined,
  createMemo: (_object, _key, compute) => compute,
  willSyncFlushWatchers: () => false,
  waitFor: (promise) => promise,
}));

const schemas = TYPES.map((type) =>
  withDefaults({
    type,
    fields: [
      ...ATTRIBUTES[type].map((name) => ({ name, kind: 'field' as const })),
      ...Object.entries(RELATIONSHIPS[type]).map(([name, other]) => ({
        ...{ name, kind: 'belongsTo' as const, type: other },
        options: { async: false as const, inverse: null, linksMode: true as const },
      })),
    ],
  }),
);

type Resource = Record<string, unknown>;

interface Found {
  data: Resource;
}

export function warpDrive(access: Access): Library {
  const Store = useRecommendedStore({
    cache: JSONAPICache,
    schemas,
    handlers: [{ request: ({ request }, next) => next({ ...request, headers: new Headers(headersOf(access)) }) }],
  });
  const store = new Store();
  const { origin } = new URL(access.api);
  const at = (type: ResourceType) => ({ resourcePath: `${type}s`, host: origin, namespace: 'api/v2' });
  const whole = (resource: object) =>
    JSON.stringify(serializeResources(store.cache, recordIdentifierFor(resource) as never));

  return {
    async create(type, attributes) {
      const made: object = store.createRecord(type as never, attributes as never);
      const request = createRecord(made as never, at(type)) as object;
      const { content } = await store.request<Found>({ ...request, body: whole(made) });
      return content.data.id as string;
    },
    async change(type, id, name, value) {
      const include = Object.keys(RELATIONSHIPS[type]);
      const { content } = await store.request<Found>(findRecord(type, id, { ...at(type), include }));
      const copy = await checkout<Resource>(content.data);
      copy[name] = value;
      const request = updateRecord(copy as never, { ...at(type), patch: true }) as object;
      await store.request({ ...request, body: whole(copy) });
    },
  };
}
