import { permissionsOf } from '../policy.js';
import type { View } from '../query/query.js';
import { type Attribute, type Resource, type ResourceRow, type Viewer, toOne } from '../resource.js';

/** Who a document is for, and where its links lead. */
export interface Audience {
  /** The API's absolute URL, without a trailing slash. */
  baseUrl: string;
  integerIds: boolean;
  viewer: Viewer;
}

type Values = Record<string, unknown>;

/** Writes one member of an object, with the comma before it if it needs one. */
type Writer = (row: Values, audience: Audience) => string;

/** The writers of the attributes and of the relationships that are shown. */
interface Serializer {
  attributes: Writer[];
  relationships: Writer[];
}

/** By resource, or by what is shown of it: the one set of names that the whole document has. */
const serializers = new WeakMap<Resource | Set<string>, Serializer>();

/**
 * The resource object of a row as JSON. What depends on the declaration alone is worked out once per resource, and as few
 * strings as possible are put together: reads of collections spend most of their own time here.
 */
export function resourceObject(resource: Resource, row: ResourceRow, view: View, audience: Audience): string {
  const { attributes, relationships } = serializerOf(resource, view.fields.get(resource.type));
  if (row.deletedAt) return deletedResourceObject(resource, row, view, audience);
  const values = row as unknown as Values;
  let json = `{"type":"${resource.type}","id":${documentId(row.id, audience)},"attributes":{`;
  for (const write of attributes) json += write(values, audience);
  json += '},"relationships":{';
  for (const write of relationships) json += write(values, audience);
  json += `},"links":{"self":"${audience.baseUrl}/${resource.path}/${row.id}"}`;
  if (view.authorizationMeta && resource.showsPermissions) {
    json += `,"meta":${JSON.stringify(permissionsOf(resource, audience.viewer, row))}`;
  }
  return json + '}';
}

/** One that is deleted is shown as it last was, without links: they would lead nowhere. */
function deletedResourceObject(resource: Resource, row: ResourceRow, view: View, audience: Audience): string {
  const shown = view.fields.get(resource.type);
  const values = row as unknown as Values;
  const isShown = (name: string) => !shown || shown.has(name);
  const attributes = Object.keys(resource.attributes).filter(isShown);
  const relationships = Object.keys(resource.relationships).filter(isShown);
  return JSON.stringify({
    type: resource.type,
    id: idIn(audience, row.id),
    attributes: Object.fromEntries(attributes.map((name) => [name, values[name]])),
    relationships: Object.fromEntries(
      relationships.flatMap((name) => {
        const target = toOne(resource, name)?.resource;
        const id = values[name] as string | null;
        return target ? [[name, { data: id === null ? null : { type: target.type, id: idIn(audience, id) } }]] : [];
      }),
    ),
    meta: {
      ...(view.authorizationMeta && resource.showsPermissions && { canWrite: false, canDelete: false }),
      deletedAt: row.deletedAt,
    },
  });
}

const idIn = ({ integerIds }: Audience, id: string): string | number => (integerIds ? Number(id) : id);

function serializerOf(resource: Resource, shown: Set<string> | undefined): Serializer {
  const known = serializers.get(shown ?? resource);
  if (known) return known;
  const names = (of: object) => Object.keys(of).filter((name) => !shown || shown.has(name));
  const made = {
    attributes: names(resource.attributes).map((name, index) => attributeWriter(resource, name, index)),
    relationships: names(resource.relationships).map((name, index) => relationshipWriter(resource, name, index)),
  };
  serializers.set(shown ?? resource, made);
  return made;
}

/** What stands before the value of the member. */
const label = (name: string, index: number): string => `${index > 0 ? ',' : ''}"${name}":`;

function attributeWriter(resource: Resource, name: string, index: number): Writer {
  const type: Attribute['type'] | undefined = resource.attributes[name]?.type;
  const before = label(name, index);
  if (type !== 'string' && type !== 'date-time') return (row) => before + JSON.stringify(row[name]);

  const [empty, opened] = [`${before}null`, `${before}"`];
  return (row) => {
    const text = row[name] as string | null;
    if (text === null) return empty;
    // A timestamp has nothing to escape, nor have most texts: finding that out costs less than having them escaped.
    return type === 'string' && NEEDS_ESCAPE.test(text) ? before + JSON.stringify(text) : `${opened}${text}"`;
  };
}

/** What JSON has to escape; half a surrogate pair can't come from the database, but would have to be too. */
const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;

function relationshipWriter(resource: Resource, name: string, index: number): Writer {
  const relationship = resource.relationships[name];
  const before = label(name, index);
  if (relationship?.kind === 'linked') {
    const { related } = relationship;
    return ({ id }, { baseUrl }) => `${before}{"links":{"related":"${baseUrl}/${related(id as string)}"}}`;
  }
  const { type, path } = toOne(resource, name)?.resource ?? { type: '', path: '' };
  const [empty, opened] = [`${before}{"data":null}`, `${before}{"data":{"type":"${type}","id":`];
  return (row, audience) => {
    const id = row[name] as string | null;
    if (id === null) return empty;
    return `${opened}${documentId(id, audience)}},"links":{"related":"${audience.baseUrl}/${path}/${id}"}}`;
  };
}

const documentId = (id: string, { integerIds }: Audience): string => (integerIds ? id : `"${id}"`);
