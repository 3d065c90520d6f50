import { JSONAPISerializers, JSONAPISource } from '@orbit/jsonapi';
import { type InitializedRecord, type RecordIdentity, RecordKeyMap, RecordSchema } from '@orbit/records';
import { buildSerializerSettingsFor } from '@orbit/serializers';
import { ATTRIBUTES, type Access, type Library, RELATIONSHIPS, TYPES, headersOf } from './library.js';

const typeOf = (name: string) =>
  name.endsWith('At') ? 'datetime' : ({ order: 'number', tags: 'array' }[name] ?? 'string');

const schema = new RecordSchema({
  models: Object.fromEntries(
    TYPES.map((type) => [
      type,
      {
        keys: { remoteId: {} },
        attributes: Object.fromEntries(ATTRIBUTES[type].map((name) => [name, { type: typeOf(name) }])),
        relationships: Object.fromEntries(
          Object.entries(RELATIONSHIPS[type]).map(([name, other]) => [name, { kind: 'hasOne' as const, type: other }]),
        ),
      },
    ]),
  ),
});

const unchanged = { serializationOptions: { inflectors: [] } };

export function orbit(access: Access): Library {
  const { origin } = new URL(access.api);
  const source = new JSONAPISource({
    schema,
    name: 'remote',
    host: origin,
    namespace: 'api/v2',
    keyMap: new RecordKeyMap(),
    defaultFetchSettings: { headers: headersOf(access) },
    serializerSettingsFor: buildSerializerSettingsFor({
      settingsByType: {
        // Ids are the service's to make; Orbit has its own for what is new.
        [JSONAPISerializers.ResourceIdentity]: { getKey: () => 'remoteId' },
        [JSONAPISerializers.ResourceTypePath]: { serializationOptions: { inflectors: ['pluralize'] } },
        [JSONAPISerializers.ResourceType]: unchanged,
        [JSONAPISerializers.ResourceField]: unchanged,
        [JSONAPISerializers.ResourceFieldParam]: unchanged,
      },
    }),
  });
  return {
    async create(type, attributes) {
      const made = await source.update<InitializedRecord>((transform) => transform.addRecord({ type, attributes }));
      return String(made.keys?.remoteId);
    },
    async change(type, id, name, value) {
      // By its key, which its types know only in a later version.
      const identity = { type, key: 'remoteId', value: id } as unknown as RecordIdentity;
      const record = await source.query<InitializedRecord>((query) => query.findRecord(identity), {
        include: Object.keys(RELATIONSHIPS[type]),
      });
      const attributes = { ...record.attributes, [name]: value };
      await source.update((transform) => transform.updateRecord({ ...record, attributes }));
    },
  };
}
