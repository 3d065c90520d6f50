import { type EntityProperty, type EntitySchema, UnderscoreNamingStrategy, types } from '@mikro-orm/core';
import type { EntitySchemaWithMeta, InferKyselyTable } from '@mikro-orm/sql';
import type { Selectable } from 'kysely';
import type { Attribute, LinkedRelationship, Resource, ResourceRow, ToOneRelationship } from '../resource.js';

/** The columns of an entity, by property. */
type Table<Entity extends EntitySchemaWithMeta> = InferKyselyTable<Entity, { columnNamingStrategy: 'property' }>;

/** What a write sets, by property: times as texts in ISO 8601, `undefined` for what it leaves as it is. */
type Settable<Entity extends EntitySchemaWithMeta> = {
  [Name in keyof Columns<Entity>]?: Shown<Columns<Entity>[Name]>;
};

type Columns<Entity extends EntitySchemaWithMeta> = Selectable<Table<Entity>>;

/** What rows hold of a column: times are texts in ISO 8601. */
type Shown<Value> = Value extends Date ? string : Value;

/** What a table can't say of an attribute. */
interface AttributeOptions extends Omit<Attribute, 'type' | 'column' | 'nullable' | 'unique'> {
  /** The unique index that no two resources with the same value pass; of one property. */
  unique?: string;
}
type ToOneOptions = Omit<ToOneRelationship, 'kind' | 'column'>;
type LinkedOptions = Omit<LinkedRelationship, 'kind'>;

interface Definition<Entity extends EntitySchemaWithMeta> extends Pick<
  Resource,
  'type' | 'path' | 'description' | 'policy' | 'showsPermissions' | 'changesRarely' | 'bodyLimit'
> {
  attributes: { [Name in keyof Columns<Entity>]?: AttributeOptions };
  relationships: { [Name in keyof Columns<Entity>]?: ToOneOptions } | Record<string, LinkedOptions>;
  /** Left out: by `id`. */
  defaultSort?: string[];
  /** The property that is set on rows that count as deleted. */
  softDelete?: keyof Columns<Entity> & string;
}

/** The columns that a definition shows: attributes and to-one relationships. */
type ShownNames<Entity extends EntitySchemaWithMeta, D> = D extends { attributes: infer A; relationships: infer R }
  ? keyof Columns<Entity> & (keyof A | keyof R)
  : never;

type OptionsOf<D, Name> = D extends { attributes: infer A; relationships: infer R }
  ? Name extends keyof A
    ? A[Name]
    : Name extends keyof R
      ? R[Name]
      : never
  : never;

/** What request documents may set, by name. */
type Writable<Entity extends EntitySchemaWithMeta, D> = {
  [Name in ShownNames<Entity, D> as OptionsOf<D, Name> extends { readOnly: true } ? never : Name]: Shown<
    Columns<Entity>[Name]
  >;
};

/** The names in which a DTO and what may be written differ: missing, superfluous, or of another type. */
type Differences<Dto, Expected> =
  | Exclude<keyof Dto, keyof Expected>
  | {
      [Name in keyof Expected]: Name extends keyof Dto
        ? [Exclude<Dto[Name], undefined>, Expected[Name]] extends [Expected[Name], Exclude<Dto[Name], undefined>]
          ? never
          : Name
        : Name;
    }[keyof Expected];

/** A DTO that has exactly the writable attributes and relationships; its type says in which names another one differs. */
type ExactDto<Dto, Expected> = [Differences<Dto, Expected>] extends [never]
  ? new () => Dto
  : { 'the DTO and the resource differ in': Differences<Dto, Expected> };

type RowWith<Entity extends EntitySchemaWithMeta, D> = ResourceRow & {
  [Name in ShownNames<Entity, D>]: Shown<Columns<Entity>[Name]>;
} & ('version' extends keyof Columns<Entity> ? { version: number } : object);

/** A resource with the types of its rows and of what a write sets. */
export interface EntityResource<Row = ResourceRow, Values = object> extends Resource {
  /** For types alone. */
  '~row'?: Row;
  '~values'?: Values;
}

/** A row of the resource as documents show it. */
export type RowOf<R> = R extends EntityResource<infer Row, unknown> ? Row : never;

/** What a write of the resource may set. */
export type ValuesOf<R> = R extends EntityResource<unknown, infer Values> ? Values : never;

/**
 * The resource that the API shows of an entity. Columns, types, nullability and versions come from the entity, so that a
 * definition says only what a table can't know; the compiler holds the DTO of its request documents to it.
 * @throws Error for a property that the entity does not have, a unique index that it does not have on one property, or a column
 * of a type that attributes don't have
 */
export function defineResource<Entity extends EntitySchemaWithMeta, const D extends Definition<Entity>, Dto = never>(
  entity: Entity,
  definition: D & { dto?: ExactDto<Dto, Writable<Entity, D>> & (new () => Dto) },
): EntityResource<RowWith<Entity, D>, Settable<Entity>> {
  const { className, tableName = '', properties, uniques = [] } = (entity as unknown as EntitySchema).meta;
  const propertyOf = (name: string) => {
    const property = properties[name as never] as EntityProperty | undefined;
    if (!property) throw new Error(`${className} has no property '${name}'.`);
    return property;
  };
  const attributes = Object.entries(definition.attributes as Record<string, AttributeOptions>);
  const relationships = Object.entries(definition.relationships as Record<string, ToOneOptions | LinkedOptions>);
  const uniqueBy = (index: string): Attribute['unique'] => {
    const declared: string | string[] | undefined = uniques.find(({ name }) => name === index)?.properties;
    const held = Object.entries(properties as Record<string, EntityProperty>).filter(
      ([, { unique }]) => unique === index,
    );
    const [property, ...others] = [declared ?? held.map(([name]) => name)].flat();
    if (property === undefined || others.length > 0) {
      throw new Error(`${className} has no unique index '${index}' of one property.`);
    }
    return { index, property };
  };
  const { softDelete, defaultSort = ['id'], ...rest } = definition;
  return {
    ...rest,
    dto: definition.dto as (new () => object) | undefined,
    entity: className,
    table: tableName,
    attributes: Object.fromEntries(
      attributes.map(([name, { unique, ...options }]) => [
        name,
        { ...columnOf(name, propertyOf(name)), ...options, ...(unique && { unique: uniqueBy(unique) }) },
      ]),
    ),
    relationships: Object.fromEntries(
      relationships.map(([name, options]) => [
        name,
        'related' in options
          ? { kind: 'linked' as const, ...options }
          : { kind: 'to-one' as const, column: naming.joinKeyColumnName(name, 'id'), ...options },
      ]),
    ),
    defaultSort: [...defaultSort],
    ...(softDelete && { softDelete: { property: softDelete, column: naming.propertyToColumnName(softDelete) } }),
    versioned: 'version' in properties,
  };
}

const naming = new UnderscoreNamingStrategy();

const TYPES = new Map<unknown, Attribute['type']>([
  [types.text, 'string'],
  [types.integer, 'integer'],
  [types.datetime, 'date-time'],
  [types.array, 'string-array'],
]);

/** The part of an attribute that its column says. */
function columnOf(name: string, property: EntityProperty): Pick<Attribute, 'type' | 'column' | 'nullable'> {
  const { type: declared, enum: isEnum, nullable } = property as Omit<EntityProperty, 'type'> & { type: unknown };
  const type = isEnum
    ? 'string'
    : TYPES.get(typeof declared === 'function' ? declared : (declared as object | undefined)?.constructor);
  if (!type) throw new Error(`The column of '${name}' has no type that an attribute can have.`);
  return { type, column: naming.propertyToColumnName(name), ...(nullable && { nullable: true as const }) };
}
