import type { AnyModel, Attribute } from '@tabletheory/core';
import { any, createdAt, defineModel, string, ttl, updatedAt, version } from '@tabletheory/core';
import fc from 'fast-check';
import { buildAttribute } from './build-attribute.ts';

// For tests: models of all kinds that a document or a module can hold.

const property = fc.oneof(
  fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,12}$/),
  fc.constantFrom(
    'PK',
    'GSI1-PK',
    'with space',
    "it's",
    'say "so"',
    'Ünïcode',
    'constructor',
    'default',
    '2nd',
    'a.b[0]',
  ),
);
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom("it's", '"both" \'kinds\'', 'line\nbreak', '\u2028\\'),
);
const flag = fc.constantFrom(undefined, true);
const common = fc.record({
  optional: flag,
  nullable: flag,
  sensitive: flag,
  readOnly: flag,
  description: fc.option(text, { nil: undefined }),
});

const digits = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
const own = {
  string: fc.record({
    minLength: fc.option(fc.nat(9), { nil: undefined }),
    enum: fc.option(fc.uniqueArray(text, { minLength: 1, maxLength: 12 }), { nil: undefined }),
    default: fc.option(text, { nil: undefined }),
  }),
  number: fc.record({
    minimum: fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      { nil: undefined },
    ),
  }),
  integer: fc.record({ default: fc.option(fc.integer(), { nil: undefined }) }),
  bigint: fc.record({ default: fc.option(digits, { nil: undefined }) }),
  decimal: fc.record({ default: fc.option(digits.map(String), { nil: undefined }) }),
  boolean: fc.record({ default: fc.option(fc.boolean(), { nil: undefined }) }),
  binary: fc.constant({}),
  date: fc.record({ default: fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }) }),
  stringSet: fc.record({ maxItems: fc.option(fc.nat(9), { nil: undefined }) }),
  numberSet: fc.constant({}),
  binarySet: fc.constant({}),
  json: fc.constant({}),
} as const;

const scalar: fc.Arbitrary<Attribute> = fc
  .constantFrom(...(Object.keys(own) as (keyof typeof own)[]))
  .chain((kind) =>
    fc
      .tuple(common, own[kind] as fc.Arbitrary<object>)
      .map(([shared, options]) => buildAttribute({ kind, options: { ...shared, ...options } })),
  );

const { attribute } = fc.letrec<{ attribute: Attribute }>((tie) => ({
  attribute: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc
      .tuple(
        fc.constantFrom('list' as const, 'record' as const),
        fc.oneof(tie('attribute'), fc.constant(any())),
        common,
      )
      .map(([kind, element, options]) =>
        buildAttribute({ kind, element, options: options as Record<string, unknown> }),
      ),
    fc
      .tuple(fc.dictionary(property, tie('attribute'), { maxKeys: 4 }), common)
      .map(([attributes, options]) =>
        buildAttribute({ kind: 'map', attributes: { ...attributes }, options: options as Record<string, unknown> }),
      ),
  ),
}));

const generated = fc.record({ createdAt: flag, updatedAt: flag, version: flag, ttl: flag }).map((roles) => ({
  ...(roles.createdAt && { made: createdAt({ description: 'when' }) }),
  ...(roles.updatedAt && { changedAt: updatedAt({ name: 'updatedAt' }) }),
  ...(roles.version && { version: version() }),
  ...(roles.ttl && { expires: ttl({ name: 'ttl', optional: true }) }),
}));

/** Models with every kind of attribute, plain and composed keys, and indexes. Those of a list have different names. */
export const arbitraryModel: fc.Arbitrary<AnyModel> = fc
  .record({
    name: fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,9}( [a-z]{1,4})?$/),
    attributes: fc.dictionary(property, attribute, { maxKeys: 8, noNullPrototype: true }),
    roles: generated,
    renamed: fc.boolean(),
    composed: fc.boolean(),
    sorted: fc.boolean(),
    projection: fc.option(fc.constantFrom('none', 'some'), { nil: undefined }),
    local: fc.boolean(),
    unknownAttributes: fc.constantFrom('keep', 'drop', 'error'),
  })
  .map(({ name, attributes: free, roles, renamed, composed, sorted, projection, local, unknownAttributes }) => {
    const attributes: Record<string, Attribute> = {
      ...free,
      ...roles,
      ownerId: string({ description: 'who' }),
      orderId: renamed ? string({ name: 'order-id' }) : string(),
      status: renamed ? string({ name: 'Status', optional: true }) : string({ enum: ['a', 'b'] }),
    };
    const template = (at: string, of: string) => (composed ? { attribute: `${at}_key`, template: of } : undefined);
    const partition = template('hash', 'OWNER#{ownerId}') ?? 'ownerId';
    const some = Object.keys(free)
      .filter((of) => attributes[of]?.kind !== 'any')
      .slice(0, 2);
    const projected = projection === undefined ? {} : { projection: projection === 'none' ? [] : some };
    return defineModel({
      name,
      table: `${name.toLowerCase().replaceAll(' ', '-')}-table`,
      key: { partition, ...(sorted ? { sort: template('range', 'ORDER#{orderId}#END') ?? 'orderId' } : {}) } as any,
      attributes,
      indexes: {
        byStatus: { partition: 'status', sort: template('status', '{status}#{ownerId}') ?? 'orderId', ...projected },
        ...(local && sorted ? { 'by-local': { type: 'local', partition, sort: 'status' } } : {}),
      } as any,
      unknownAttributes: unknownAttributes as 'keep',
    }) as AnyModel;
  });

/** What makes up a model, without its methods, options that say nothing, and names that are those of the property. */
export function essenceOf({ name, table, key, attributes, indexes, unknownAttributes }: AnyModel): unknown {
  return { name, table, key, attributes: essencesOf(attributes), indexes, unknownAttributes };
}

function essencesOf(attributes: Readonly<Record<string, Attribute>>): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([property, { kind, role, options, element, attributes: inner }]) => {
      const { name, ...others } = options;
      const given = Object.entries(others).filter(([, value]) => value !== undefined);
      const parts = { element: element && essencesOf({ element }), attributes: inner && essencesOf(inner) };
      return [
        property,
        { kind, role, ...parts, name: name === property ? undefined : name, options: Object.fromEntries(given) },
      ];
    }),
  );
}
