import { type View } from './query/query.js';
import type { Attribute, Resource, ResourceRow, Viewer } from './resource.js';
import { toOne } from './resource.js';

/** Who a document is for, and where its links lead. */
export interface Audience {
  /** The API's absolute URL, without a trailing slash. */
  baseUrl: string;
  integerIds: boolean;
  viewer: Viewer;
}

type Values = Record<string, unknown>;

/** Writes one member of a resource object, `"name":…`, as JSON. */
interface Member {
  name: string;
  write: (row: Values, audience: Audience) => string;
}

interface Serializer {
  attributes: Member[];
  relationships: Member[];
}

const serializers = new WeakMap<Resource, Serializer>();

/**
 * The resource object of a row as JSON. What depends on the declaration alone is worked out once per resource: reads of
 * collections spend most of their time here.
 */
export function resourceObject(resource: Resource, row: ResourceRow, view: View, audience: Audience): string {
  const { attributes, relationships } = serializerOf(resource);
  const shown = view.fields.get(resource.type);
  const values = row as unknown as Values;
  const meta =
    view.authorizationMeta && resource.authorizationMeta
      ? `,"meta":${JSON.stringify(resource.authorizationMeta(audience.viewer, row))}`
      : '';
  return (
    `{"type":"${resource.type}","id":${documentId(row.id, audience)},` +
    `"attributes":{${members(attributes, shown, values, audience)}},` +
    `"relationships":{${members(relationships, shown, values, audience)}},` +
    `"links":{"self":"${audience.baseUrl}/${resource.path}/${row.id}"}${meta}}`
  );
}

function members(all: Member[], shown: Set<string> | undefined, row: Values, audience: Audience): string {
  let json = '';
  for (const { name, write } of all) {
    if (!shown || shown.has(name)) json += (json === '' ? '' : ',') + write(row, audience);
  }
  return json;
}

function serializerOf(resource: Resource): Serializer {
  const known = serializers.get(resource);
  if (known) return known;
  const made = {
    attributes: Object.entries(resource.attributes).map(([name, attribute]) => attributeMember(name, attribute)),
    relationships: Object.keys(resource.relationships).map((name) => relationshipMember(resource, name)),
  };
  serializers.set(resource, made);
  return made;
}

function attributeMember(name: string, { type }: Attribute): Member {
  const label = `"${name}":`;
  // A timestamp has nothing to escape.
  if (type === 'date-time')
    return { name, write: (row) => (row[name] === null ? `${label}null` : `${label}"${row[name] as string}"`) };
  return { name, write: (row) => label + JSON.stringify(row[name]) };
}

function relationshipMember(resource: Resource, name: string): Member {
  const relationship = resource.relationships[name];
  const label = `"${name}":`;
  if (relationship?.kind === 'linked') {
    const { related } = relationship;
    return {
      name,
      write: ({ id }, { baseUrl }) => `${label}{"links":{"related":"${baseUrl}/${related(id as string)}"}}`,
    };
  }
  const { type, path } = toOne(resource, name)?.resource ?? { type: '', path: '' };
  return {
    name,
    write: (row, audience) => {
      const id = row[name] as string | null;
      if (id === null) return `${label}{"data":null}`;
      const related = `${audience.baseUrl}/${path}/${id}`;
      return `${label}{"data":{"type":"${type}","id":${documentId(id, audience)}},"links":{"related":"${related}"}}`;
    },
  };
}

const documentId = (id: string, { integerIds }: Audience): string => (integerIds ? id : `"${id}"`);
