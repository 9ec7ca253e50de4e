/** How an attribute is stored and read; one word a builder. */
export type AttributeKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'ttl'
  | 'list'
  | 'map'
  | 'record'
  | 'stringSet'
  | 'numberSet'
  | 'binarySet'
  | 'json'
  | 'any';

/** Who fills an attribute in when the caller does not. */
export type GeneratedRole = 'createdAt' | 'updatedAt' | 'version';

/**
 * What the types need to know about an attribute beside its value:
 * it is either `required`, `optional` (it may be absent in a stored item), or `generated` (it may be left out of a new
 * one). Beside that, `readOnly` cannot be changed by an update, `automatic` is filled in by the table layer itself, and
 * `encrypted` cannot be compared, nor be part of a key.
 */
export type AttributeFlag = 'required' | 'optional' | 'generated' | 'readOnly' | 'automatic' | 'encrypted';

/** Options every attribute takes. */
export interface CommonOptions {
  /** The attribute may be absent. */
  readonly optional?: boolean;
  /** `null` is a value of the attribute, stored as DynamoDB's NULL. */
  readonly nullable?: boolean;
  /** The attribute's name in the table, where it differs from the property's. */
  readonly name?: string;
  /** The value must not appear in logs, traces and errors. */
  readonly sensitive?: boolean;
  /**
   * The value is encrypted in the table, with a data key of AWS KMS: give `createTables` its option `encryption`. It
   * can be read and written, whole; it cannot be compared, nor be part of a key, nor be unique.
   */
  readonly encrypted?: boolean;
  /** The attribute is written once, by `create` or `put`, and not changed by `update`. */
  readonly readOnly?: boolean;
  /** Copied into the JSON Schema. */
  readonly description?: string;
}

/** The JSON Schema keywords that constrain values. */
export interface Keywords {
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** All an attribute's options, as the codec and the JSON Schema read them. */
export interface AttributeOptions extends CommonOptions, Keywords {
  readonly unique?: boolean;
  readonly default?: unknown;
}

/** An attribute of a model. Make one with a builder: `string()`, `number()`, `list(…)`. */
export interface Attribute<T = any, Flags extends AttributeFlag = any> {
  readonly kind: AttributeKind;
  readonly options: AttributeOptions;
  /** Set where the suite fills the value in. */
  readonly role?: GeneratedRole;
  /** The element of a list or record. */
  readonly element?: Attribute;
  /** The attributes of a map. */
  readonly attributes?: Attributes;
  /** Only in the types: the value's type. */
  readonly '~type': T;
  /** Only in the types: see {@link AttributeFlag}. */
  readonly '~flags': Flags;
}

/** The attributes of a model or a map, by property name. */
export type Attributes = Readonly<Record<string, Attribute>>;
