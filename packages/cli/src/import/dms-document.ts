import { isAlias, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { UsageError } from '../command.ts';
import type { KeyType } from './source-table.ts';

/** A document of TableTheory's DMS v0.1: models in a language-neutral form. */
export interface DmsDocument {
  readonly dms_version: '0.1';
  readonly namespace?: string;
  readonly models: readonly DmsModel[];
}

/** A model of a DMS document. */
export interface DmsModel {
  readonly name: string;
  readonly table: { readonly name: string };
  readonly naming?: { readonly convention?: DmsConvention };
  readonly keys: { readonly partition: DmsKey; readonly sort?: DmsKey };
  readonly attributes: readonly DmsAttribute[];
  readonly indexes?: readonly DmsIndex[];
}

/** How the attributes of a model are named. */
export type DmsConvention = 'camelCase' | 'snake_case';

/** A key attribute, of a table or an index. */
export interface DmsKey {
  readonly attribute: string;
  readonly type: KeyType;
}

/** DynamoDB's types, as DMS names them. */
export type DmsType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

/** An attribute of a DMS model. */
export interface DmsAttribute {
  readonly attribute: string;
  readonly type: DmsType;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly omit_empty?: boolean;
  readonly roles?: readonly string[];
  readonly format?: string;
  readonly json?: boolean;
  readonly binary?: boolean;
  readonly encryption?: unknown;
  /** Extensions, which do not change what the rest means. */
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** An index of a DMS model. */
export interface DmsIndex {
  readonly name: string;
  readonly type: 'GSI' | 'LSI';
  readonly partition: DmsKey;
  readonly sort?: DmsKey;
  readonly projection?: { readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; readonly fields?: readonly string[] };
}

const JSON_TAG = /^tag:yaml.org,2002:(str|int|float|bool|null|map|seq)$/;

/**
 * Parses a text in the YAML that DMS allows: that of JSON, without anchors, aliases, merge keys and custom tags.
 *
 * @param file where it is from, for messages. They quote nothing of the text, which may hold rows of a table.
 * @throws UsageError naming file, line and column.
 */
export function parseYaml(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.2', merge: false, prettyErrors: false, lineCounter });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const reason = problem.code.toLowerCase().replaceAll('_', ' ');
    throw new UsageError(`${file}, line ${line}, column ${col}: this is neither JSON nor YAML (${reason}).`);
  }
  visit(document, (_key, node) => {
    if (isAlias(node) || (isNode(node) && 'anchor' in node && node.anchor !== undefined)) {
      throw new UsageError('The document has an anchor or alias, which DMS does not allow.');
    }
    if (isNode(node) && node.tag !== undefined && !JSON_TAG.test(node.tag)) {
      throw new UsageError(`The document has the tag ${node.tag}, which DMS does not allow.`);
    }
  });
  return document.toJS();
}

/**
 * Checks that a parsed text is a DMS document of version 0.1.
 *
 * @throws UsageError naming the first place where it is none.
 */
export function dmsDocument(parsed: unknown): DmsDocument {
  const document = objectAt(parsed, 'the document');
  if (document.dms_version !== '0.1') {
    throw new UsageError(`dms_version must be "0.1", in quotes, and is ${JSON.stringify(document.dms_version)}.`);
  }
  for (const [i, model] of arrayAt(document.models, 'models').entries()) checkModel(model, `models[${i}]`);
  return parsed as DmsDocument;
}

const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS'];
/** The roles of attributes, and the type that a role needs; those of keys need what the key says. */
const ROLES = new Map<unknown, DmsType | undefined>([
  ['pk', undefined],
  ['sk', undefined],
  ['created_at', 'S'],
  ['updated_at', 'S'],
  ['version', 'N'],
  ['ttl', 'N'],
]);
const CONVENTIONS: Readonly<Record<DmsConvention, RegExp>> = {
  camelCase: /^([a-z][A-Za-z0-9]*|PK|SK)$/,
  snake_case: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
};

function checkModel(value: unknown, path: string): void {
  const model = objectAt(value, path);
  const where = `Model ${textAt(model.name, `${path}.name`)}`;
  textAt(objectAt(model.table, `${where}: table`).name, `${where}: table.name`);
  const attributes = new Map<string, Record<string, unknown>>();
  for (const [i, item] of arrayAt(model.attributes, `${where}: attributes`).entries()) {
    const attribute = objectAt(item, `${where}: attributes[${i}]`);
    const name = textAt(attribute.attribute, `${where}: attributes[${i}].attribute`);
    if (attributes.has(name)) throw new UsageError(`${where}: ${name} stands twice.`);
    attributes.set(name, attribute);
    checkAttribute(attribute, `${where}: ${name}`);
  }
  const checkKey = (key: unknown, at: string): void => {
    const { attribute, type } = objectAt(key, `${where}: ${at}`);
    const declared = attributes.get(textAt(attribute, `${where}: ${at}.attribute`));
    oneOf(type, ['S', 'N', 'B'], `${where}: ${at}.type`);
    if (declared === undefined) throw new UsageError(`${where}: ${at} names ${attribute}, which is no attribute.`);
    if (declared.type !== type) throw new UsageError(`${where}: ${at} and attribute ${attribute} differ in type.`);
    if (declared.encryption) throw new UsageError(`${where}: ${attribute} is encrypted and cannot be a key.`);
  };
  const keys = objectAt(model.keys, `${where}: keys`);
  checkKey(keys.partition, 'keys.partition');
  if (keys.sort != null) checkKey(keys.sort, 'keys.sort');
  const names = new Set<string>();
  for (const [i, item] of (model.indexes == null ? [] : arrayAt(model.indexes, `${where}: indexes`)).entries()) {
    const index = objectAt(item, `${where}: indexes[${i}]`);
    const name = textAt(index.name, `${where}: indexes[${i}].name`);
    if (names.has(name)) throw new UsageError(`${where}: index ${name} stands twice.`);
    names.add(name);
    oneOf(index.type, ['GSI', 'LSI'], `${where}: index ${name}.type`);
    checkKey(index.partition, `index ${name}.partition`);
    if (index.sort != null) checkKey(index.sort, `index ${name}.sort`);
    if (index.projection != null) checkProjection(index.projection, `${where}: index ${name}.projection`, attributes);
  }
  checkRoles(attributes, names, where);
  checkNaming(model.naming, attributes, where);
}

function checkAttribute(attribute: Readonly<Record<string, unknown>>, where: string): void {
  oneOf(attribute.type, TYPES, `${where}.type`);
  for (const flag of ['required', 'optional', 'omit_empty', 'json', 'binary']) {
    if (attribute[flag] != null && typeof attribute[flag] !== 'boolean')
      throw new UsageError(`${where}.${flag} must be true or false.`);
  }
  if (attribute.required && attribute.optional) throw new UsageError(`${where} cannot be both required and optional.`);
  if (attribute.json && attribute.type !== 'S') throw new UsageError(`${where} is json, which needs type S.`);
  if (attribute.binary && attribute.type !== 'B') throw new UsageError(`${where} is binary, which needs type B.`);
  if (attribute.tags != null) objectAt(attribute.tags, `${where}.tags`);
}

function checkProjection(value: unknown, where: string, attributes: ReadonlyMap<string, unknown>): void {
  const projection = objectAt(value, where);
  oneOf(projection.type, ['ALL', 'KEYS_ONLY', 'INCLUDE'], `${where}.type`);
  for (const field of projection.fields == null ? [] : arrayAt(projection.fields, `${where}.fields`)) {
    if (!attributes.has(field as string))
      throw new UsageError(`${where}.fields names ${field}, which is no attribute.`);
  }
}

function checkRoles(
  attributes: ReadonlyMap<string, Record<string, unknown>>,
  indexes: ReadonlySet<string>,
  where: string,
): void {
  for (const [name, { roles, type, encryption }] of attributes) {
    for (const role of roles == null ? [] : arrayAt(roles, `${where}: ${name}.roles`)) {
      const index = /^index_[ps]k:(.*)$/.exec(String(role))?.[1];
      if (index === undefined ? !ROLES.has(role) : !indexes.has(index)) {
        throw new UsageError(`${where}: ${name} has the role ${role}, which DMS v0.1 or this model does not have.`);
      }
      if (encryption) {
        throw new UsageError(`${where}: ${name} is encrypted, and has the role ${role}, which has to be read.`);
      }
      const needed = ROLES.get(role) ?? type;
      if (needed !== type) throw new UsageError(`${where}: ${name} has the role ${role}, which needs type ${needed}.`);
    }
  }
}

function checkNaming(value: unknown, attributes: ReadonlyMap<string, unknown>, where: string): void {
  const { convention } = value == null ? {} : objectAt(value, `${where}: naming`);
  if (convention == null) return;
  oneOf(convention, Object.keys(CONVENTIONS), `${where}: naming.convention`);
  const wrong = [...attributes.keys()].find((name) => !follows(name, convention as DmsConvention));
  if (wrong !== undefined) throw new UsageError(`${where}: ${wrong} is not named in ${convention}.`);
}

/** Whether an attribute's name follows a convention. */
export function follows(name: string, convention: DmsConvention): boolean {
  return CONVENTIONS[convention].test(name);
}

function objectAt(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${where} must be an object.`);
}

function arrayAt(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new UsageError(`${where} must be a list.`);
}

function textAt(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new UsageError(`${where} must be a text.`);
}

function oneOf(value: unknown, allowed: readonly string[], where: string): void {
  if (!allowed.includes(value as string)) throw new UsageError(`${where} must be one of ${allowed.join(', ')}.`);
}
