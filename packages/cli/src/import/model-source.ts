import type { AnyModel, Attribute, IndexDefinition, KeyDefinition } from '@tabletheory/core';
import { tableOf } from '../table-name.ts';
import { givenOptions } from './build-attribute.ts';
import type { ImportedModel, ImportedModels } from './imported-models.ts';
import { modelIdentifier, Names, pluralOf } from './property-name.ts';
import { arrayCode, atom, type Code, callCode, objectCode, print, stringCode } from './source-code.ts';

/**
 * The TypeScript source of models: a module that exports each of them with the type of its items, and `models` with
 * all, for `createTables`. It is formatted as Biome formats it in lines of 120 columns.
 *
 * @param from where the models are from, for the module's first comment.
 * @throws TypeError for a default that is a function, which has no source.
 *
 * @example
 * await writeFile('models.ts', modelSource({ models: [{ model: Order, notes: [] }], notes: [] }, 'orders.dms.yml'));
 */
export function modelSource({ models, notes }: ImportedModels, from: string): string {
  const names = new Names();
  const keys = new Names();
  const named = models.map((imported) => {
    const identifier = names.take(modelIdentifier(imported.model.name));
    return { identifier, key: keys.take(pluralOf(imported.model.name)), source: sourceOf(imported, identifier) };
  });
  const builders = new Set(
    models.flatMap(({ model }) => Object.values(model.attributes as object).flatMap(buildersOf)),
  );
  const imported = [...builders, 'defineModel', 'Item']
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map((name): [string, Code] => [name, atom(name === 'Item' ? 'type Item' : name)]);
  const all = objectCode(named.map(({ identifier, key }) => [key, atom(identifier)]));
  return [
    [...comment(`Models from ${from}.`), ...notes.flatMap(comment), ''].join('\n'),
    `import ${importList(imported.map(([, code]) => code.flat))} from '@tabletheory/core';\n`,
    ...named.map(({ source }) => source),
    `export const models = ${print(all, '', 'export const models = '.length)};\n`,
  ].join('\n');
}

function importList(names: readonly string[]): string {
  const flat = `{ ${names.join(', ')} }`;
  return `import ${flat} from '@tabletheory/core';`.length <= 120 ? flat : `{\n  ${names.join(',\n  ')},\n}`;
}

function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < 119) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`// ${word}`);
  }
  return lines;
}

function sourceOf({ model, notes }: ImportedModel, identifier: string): string {
  const start = `export const ${identifier} = `;
  const code = callCode('defineModel', [modelCode(model)]);
  const lines = [
    ...notes.flatMap(comment),
    `${start}${code.broken?.('', start.length)};`,
    `export type ${identifier} = Item<typeof ${identifier}>;`,
  ];
  return `${lines.join('\n')}\n`;
}

function modelCode(model: AnyModel): Code {
  const { name, key, attributes, indexes, unknownAttributes } = model;
  const indexCodes = Object.entries(indexes as Record<string, IndexDefinition<any>>).map(
    ([index, definition]) => [index, valueCode(definition)] as const,
  );
  return objectCode([
    ['name', stringCode(name)],
    ['table', stringCode(tableOf(model))],
    ['key', valueCode(key as KeyDefinition<any>)],
    ['attributes', attributesCode(attributes)],
    ...(indexCodes.length === 0 ? [] : [['indexes', objectCode(indexCodes)] as const]),
    ...(unknownAttributes === 'keep' ? [] : [['unknownAttributes', stringCode(unknownAttributes)] as const]),
  ]);
}

function attributesCode(attributes: Readonly<Record<string, Attribute>>): Code {
  return objectCode(Object.entries(attributes).map(([property, attribute]) => [property, attributeCode(attribute)]));
}

function attributeCode(attribute: Attribute): Code {
  const { kind, role, options, element, attributes } = attribute;
  const args: Code[] = [];
  if (element !== undefined) args.push(attributeCode(element));
  if (attributes !== undefined) args.push(attributesCode(attributes));
  const given = givenOptions(options as Readonly<Record<string, unknown>>);
  if (given.length > 0) args.push(objectCode(given.map(([name, value]) => [name, valueCode(value)])));
  return callCode(role ?? kind, args);
}

function buildersOf({ kind, role, element, attributes = {} }: Attribute): string[] {
  return [
    role ?? kind,
    ...(element === undefined ? [] : buildersOf(element)),
    ...Object.values(attributes).flatMap(buildersOf),
  ];
}

function valueCode(value: unknown): Code {
  if (typeof value === 'string') return stringCode(value);
  if (typeof value === 'bigint') return atom(`${value}n`);
  if (typeof value === 'number') return atom(String(value).replace('e+', 'e'));
  if (value instanceof Date) return callCode('new Date', [stringCode(value.toISOString())]);
  if (Array.isArray(value)) return arrayCode(value.map(valueCode));
  if (typeof value === 'function') throw new TypeError('A default that is a function has no source.');
  if (typeof value !== 'object' || value === null) return atom(String(value));
  return objectCode(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, valueCode(member)]),
  );
}
