/** A row as repositories return it: attributes by name, to-one relationships by name as an id or null, and the two below. */
export interface ResourceRow {
  /** Decimal, positive. */
  id: string;
  /** Grows with every change; resources that can't be changed over HTTP have none. */
  version?: number;
  /** Of one that is deleted and still shown with what refers to it. */
  deletedAt?: string | null;
}

/** Who asks, as far as the protocol needs to know. */
export interface Viewer {
  /** Whether the token has the scope for that action on resources of that path. */
  can(action: 'read' | 'write' | 'delete', path: string): boolean;
  /** The same for viewers who may do and see the same. */
  readonly key: string;
  readonly isAdministrator: boolean;
  /** The id of the viewer's user. */
  readonly userId?: string;
}

/** What a caller may do with a row, as `?provideAuthorizationMeta=true` shows it. */
export const AUTHORIZATIONS = ['canWrite', 'canDelete'] as const;

export type AuthorizationMeta = Record<(typeof AUTHORIZATIONS)[number], boolean>;

/** Who may change or delete a resource, beside the scope that the action needs. */
export interface Policy {
  /** The to-one relationship to the user in charge, which creation sets to the caller. */
  owner: string;
  /** The user in charge, as a refusal names them, such as "its creator". */
  ownerName: string;
}

export interface Attribute {
  type: 'string' | 'integer' | 'date-time' | 'string-array';
  column: string;
  /** For the OpenAPI document, like the example: a value that requests may have. */
  description?: string;
  example?: unknown;
  nullable?: true;
  /** White space around a text in a request document is dropped. */
  trimmed?: true;
  /** Set by the service alone: a request document that has it is refused. */
  readOnly?: true;
  /** A request document that makes a resource must have it. */
  required?: true;
  /** The unique index that no two resources with the same value pass, and what it holds: a property of the entity. */
  unique?: { index: string; property: string };
  filterable?: true;
  sortable?: true;
  /** Its values can be so long that a page of them has to end early. */
  long?: true;
}

/** A relationship to one resource (or none) whose id stands in a column of this one. */
export interface ToOneRelationship {
  kind: 'to-one';
  resource: Resource;
  column: string;
  /** For the OpenAPI document. */
  description?: string;
  readOnly?: true;
  filterable?: true;
}

/** A relationship shown only as a link to the resources on its other side. */
export interface LinkedRelationship {
  kind: 'linked';
  /** For the OpenAPI document. */
  description?: string;
  /** Path and query after the API's base URL for the resource with that id. */
  related: (id: string) => string;
}

export type Relationship = ToOneRelationship | LinkedRelationship;

/**
 * What documents show of a resource and what may be asked of it, declared once: request checks, query checks, SQL,
 * documents and their description in OpenAPI all come from it.
 */
export interface Resource {
  type: string;
  /** For the OpenAPI document: what one of them is. */
  description?: string;
  /** The collection's path after the API's base URL, also the resource's name in OAuth scopes. */
  path: string;
  /** The entity's name, and the table's. */
  entity: string;
  table: string;
  attributes: Record<string, Attribute>;
  relationships: Record<string, Relationship>;
  /** Sort of a collection when the request names none; ties end in `id`. */
  defaultSort: string[];
  /** The property, and its column, that is set on rows that count as deleted. */
  softDelete?: { property: string; column: string };
  /** The class of request documents, with a property for each attribute and relationship that may be written. */
  dto?: new () => object;
  policy?: Policy;
  /** Whether `?provideAuthorizationMeta=true` shows what the policy lets the viewer do. */
  showsPermissions?: true;
  /** Whether its collection changes so rarely that answers to reads are worth remembering. */
  changesRarely?: true;
  /** Bytes of a request document at most; left out: as many as any may have. */
  bodyLimit?: number;
  /** Whether rows have a version, so that documents of one resource carry an ETag that `If-Match` can hold. */
  versioned: boolean;
}

/** The to-one relationship of that name, if the resource has one. */
export function toOne(resource: Resource, name: string): ToOneRelationship | undefined {
  const relationship = Object.hasOwn(resource.relationships, name) ? resource.relationships[name] : undefined;
  return relationship?.kind === 'to-one' ? relationship : undefined;
}

/** The attribute of that name, if the resource has one. */
export function attributeOf(resource: Resource, name: string): Attribute | undefined {
  return Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined;
}

/** The column of an attribute, of a to-one relationship, or of `id`. */
export const columnNameOf = (resource: Resource, name: string): string =>
  toOne(resource, name)?.column ?? attributeOf(resource, name)?.column ?? name;

/** The resource in a sentence: 'callPurpose' gives "call purpose". */
export const nounOf = ({ type }: Resource): string => type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
