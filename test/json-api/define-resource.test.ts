import { expect, it } from '@jest/globals';
import { CallPurpose } from '../../src/call-purposes/call-purpose.entity.js';
import { defineResource } from '../../src/json-api/sql/define-resource.js';

const shown = {
  type: 'callPurpose',
  path: 'callPurposes',
  attributes: { name: {}, order: {}, createdAt: { readOnly: true } },
  relationships: {},
} as const;

class Dto {
  name?: string;
  order?: number;
}

class WithoutOrder {
  name?: string;
}

class WithColour extends Dto {
  colour?: string;
}

class WithNullableName {
  name?: string | null;
  order?: number;
}

it('A resource takes columns, types and nullability from its entity', () => {
  const { table, attributes, versioned } = defineResource(CallPurpose, { ...shown, dto: Dto });

  expect([table, versioned]).toEqual(['call_purpose', true]);
  expect(attributes).toEqual({
    name: { type: 'string', column: 'name' },
    order: { type: 'integer', column: 'order' },
    createdAt: { type: 'date-time', column: 'created_at', readOnly: true },
  });
});

it('A DTO that says more, less or something else than the resource does not compile', () => {
  // @ts-expect-error -- 'order' is missing
  defineResource(CallPurpose, { ...shown, dto: WithoutOrder });
  // @ts-expect-error -- 'colour' is superfluous
  defineResource(CallPurpose, { ...shown, dto: WithColour });
  // @ts-expect-error -- 'name' can't be null
  defineResource(CallPurpose, { ...shown, dto: WithNullableName });
  // @ts-expect-error -- the entity has no 'colour', which it says when it runs too
  expect(() => defineResource(CallPurpose, { ...shown, attributes: { colour: {} } })).toThrow("no property 'colour'");
});

it('An attribute can not be unique by an index that there is not', () => {
  const attributes = { name: { unique: 'call_purpose_nam_key' } };

  expect(() => defineResource(CallPurpose, { ...shown, attributes })).toThrow(
    "CallPurpose has no unique index 'call_purpose_nam_key' of one property.",
  );
});
