import { any, date, defineModel, string } from '@tabletheory/core';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../command.ts';
import { essenceOf } from './arbitrary-models.ts';
import { dmsDocument, parseYaml } from './dms-document.ts';
import { dmsExport } from './dms-export.ts';
import { dmsModels } from './dms-models.ts';

const model = `
  - name: Note
    table: { name: notes }
    naming: { convention: camelCase }
    keys:
      partition: { attribute: PK, type: S }
      sort: { attribute: SK, type: S }
    attributes:
      - { attribute: PK, type: S, required: true, roles: [pk] }
      - { attribute: SK, type: S, required: true, roles: [sk] }
      - { attribute: title, type: S, required: true }
      - { attribute: nickname, type: S, optional: true, omit_empty: true }
      - { attribute: count, type: N }
      - { attribute: seenAt, type: S, format: rfc3339nano, optional: true }
      - { attribute: picture, type: B, binary: true, optional: true }
      - { attribute: done, type: BOOL, required: true }
      - { attribute: settings, type: S, json: true, required: true }
      - { attribute: secret, type: S, optional: true, encryption: { v: 1 } }
      - { attribute: parts, type: L, optional: true }
      - { attribute: labels, type: M, optional: true }
      - { attribute: tags, type: SS, optional: true, omit_empty: true }
      - { attribute: nothing, type: 'NULL' }
      - { attribute: createdAt, type: S, format: rfc3339nano, roles: [created_at] }
      - { attribute: updatedAt, type: S, format: rfc3339nano, roles: [updated_at] }
      - { attribute: version, type: N, format: int, roles: [version] }
      - { attribute: ttl, type: N, format: unix_seconds, roles: [ttl], optional: true, tags: { owner: ops } }
    indexes:
      - { name: byTitle, type: GSI, partition: { attribute: title, type: S }, projection: { type: ALL } }
      - name: gsi-seen
        type: GSI
        partition: { attribute: title, type: S }
        sort: { attribute: seenAt, type: S }
        projection: { type: INCLUDE, fields: [done] }
      - name: byCount
        type: LSI
        partition: { attribute: PK, type: S }
        sort: { attribute: count, type: N }
        projection: { type: KEYS_ONLY }
`;
const document = (models = model): string => `dms_version: "0.1"\nnamespace: acme.notes\nmodels:${models}`;
const read = (text: string) => dmsModels(dmsDocument(parseYaml(text, 'a.dms.yml')));

describe('dmsModels', () => {
  test('reads all that v0.1 defines', () => {
    const { models } = read(document());
    expect(models.map(({ model: of }) => essenceOf(of))).toMatchInlineSnapshot(`
      [
        {
          "attributes": {
            "count": {
              "attributes": undefined,
              "element": undefined,
              "kind": "number",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "createdAt": {
              "attributes": undefined,
              "element": undefined,
              "kind": "date",
              "name": undefined,
              "options": {},
              "role": "createdAt",
            },
            "done": {
              "attributes": undefined,
              "element": undefined,
              "kind": "boolean",
              "name": undefined,
              "options": {},
              "role": undefined,
            },
            "labels": {
              "attributes": undefined,
              "element": {
                "element": {
                  "attributes": undefined,
                  "element": undefined,
                  "kind": "any",
                  "name": undefined,
                  "options": {},
                  "role": undefined,
                },
              },
              "kind": "record",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "nickname": {
              "attributes": undefined,
              "element": undefined,
              "kind": "string",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "nothing": {
              "attributes": undefined,
              "element": undefined,
              "kind": "any",
              "name": undefined,
              "options": {
                "nullable": true,
                "optional": true,
              },
              "role": undefined,
            },
            "parts": {
              "attributes": undefined,
              "element": {
                "element": {
                  "attributes": undefined,
                  "element": undefined,
                  "kind": "any",
                  "name": undefined,
                  "options": {},
                  "role": undefined,
                },
              },
              "kind": "list",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "picture": {
              "attributes": undefined,
              "element": undefined,
              "kind": "binary",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "pk": {
              "attributes": undefined,
              "element": undefined,
              "kind": "string",
              "name": "PK",
              "options": {},
              "role": undefined,
            },
            "secret": {
              "attributes": undefined,
              "element": undefined,
              "kind": "string",
              "name": undefined,
              "options": {
                "encrypted": true,
                "optional": true,
              },
              "role": undefined,
            },
            "seenAt": {
              "attributes": undefined,
              "element": undefined,
              "kind": "date",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "settings": {
              "attributes": undefined,
              "element": undefined,
              "kind": "json",
              "name": undefined,
              "options": {
                "nullable": true,
              },
              "role": undefined,
            },
            "sk": {
              "attributes": undefined,
              "element": undefined,
              "kind": "string",
              "name": "SK",
              "options": {},
              "role": undefined,
            },
            "tags": {
              "attributes": undefined,
              "element": undefined,
              "kind": "stringSet",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "title": {
              "attributes": undefined,
              "element": undefined,
              "kind": "string",
              "name": undefined,
              "options": {},
              "role": undefined,
            },
            "ttl": {
              "attributes": undefined,
              "element": undefined,
              "kind": "ttl",
              "name": undefined,
              "options": {
                "optional": true,
              },
              "role": undefined,
            },
            "updatedAt": {
              "attributes": undefined,
              "element": undefined,
              "kind": "date",
              "name": undefined,
              "options": {},
              "role": "updatedAt",
            },
            "version": {
              "attributes": undefined,
              "element": undefined,
              "kind": "integer",
              "name": undefined,
              "options": {},
              "role": "version",
            },
          },
          "indexes": {
            "byCount": {
              "partition": "pk",
              "projection": [],
              "sort": "count",
              "type": "local",
            },
            "byTitle": {
              "partition": "title",
            },
            "gsi-seen": {
              "partition": "title",
              "projection": [
                "done",
              ],
              "sort": "seenAt",
            },
          },
          "key": {
            "partition": "pk",
            "sort": "sk",
          },
          "name": "Note",
          "table": "notes",
          "unknownAttributes": "keep",
        },
      ]
    `);
  });

  test('notes what is done in another way here', () => {
    expect(read(document()).models[0]?.notes).toMatchInlineSnapshot(`
      [
        "DMS has omit_empty on nickname, tags: here an empty value is written, leave the attribute out instead.",
        "A new item's version is 1 here, and 0 in other implementations of DMS.",
      ]
    `);
  });

  test('reads the same document in JSON', () => {
    const json = JSON.stringify(parseYaml(document(), 'a.dms.yml'));
    expect(read(json).models.map(({ model: of }) => essenceOf(of))).toEqual(
      read(document()).models.map(({ model: of }) => essenceOf(of)),
    );
  });

  test('exports again what it has read, and names what has no type', () => {
    const [imported] = read(document()).models;
    const { document: again, notes } = dmsExport([imported!.model], 'acme.notes');
    expect(notes).toEqual(['Model Note: nothing is any(), and DMS v0.1 has no such type; it is left out.']);
    const { namespace, models } = again;
    expect(namespace).toBe('acme.notes');
    // What an extension is needed for is the presence of a null.
    expect(models[0]?.attributes.filter(({ tags }) => tags !== undefined)).toEqual([]);
    expect(models[0]?.naming).toEqual({ convention: 'camelCase' });
  });

  test.each([
    ['no version', document().replace('"0.1"', 'null'), 'dms_version must be "0.1"'],
    ['a version that is a number', document().replace('"0.1"', '0.1'), 'in quotes'],
    ['another version', document().replace('0.1', '0.2'), 'is "0.2"'],
    ['no models', 'dms_version: "0.1"', 'models must be a list'],
    ['no table', document().replace('{ name: notes }', '{}'), 'Model Note: table.name'],
    ['an unknown type', document().replace('type: BOOL', 'type: BOOLEAN'), 'Model Note: done.type must be one of'],
    ['an attribute twice', document().replace('attribute: done', 'attribute: title'), 'title stands twice'],
    ['a key that is no attribute', document().replace('attribute: PK, type: S }', 'attribute: ID, type: S }'), 'ID'],
    [
      'a key of another type',
      document().replace('count, type: N }\n        proj', 'count, type: S }\n        proj'),
      'differ in type',
    ],
    [
      'both required and optional',
      document().replace(
        'required: true }\n      - { attribute: nick',
        'required: true, optional: true }\n      - { attribute: nick',
      ),
      'both',
    ],
    ['json that is no text', document().replace('settings, type: S', 'settings, type: M'), 'needs type S'],
    ['binary that is no bytes', document().replace('picture, type: B', 'picture, type: S'), 'needs type B'],
    ['an unknown role', document().replace('created_at', 'made_at'), 'made_at'],
    ['a role of an index that is not there', document().replace('[created_at]', '["index_pk:gone"]'), 'index_pk:gone'],
    [
      'an encrypted key',
      document().replace('title, type: S, required', 'title, type: S, encryption: {}, required'),
      'encrypted',
    ],
    ['a projection of nothing', document().replace('[done]', '[gone]'), 'gone'],
    ['a name in another convention', document().replace('camelCase', 'snake_case'), 'snake_case'],
    ['an anchor', document().replace('{ name: notes }', '&t { name: notes }'), 'anchor'],
    ['a custom tag', document().replace('name: notes', 'name: !!binary bm90ZXM='), 'tag'],
    ['broken YAML', 'dms_version: [', 'line 1'],
    [
      'an encrypted time to live',
      document().replace('roles: [ttl]', 'roles: [ttl], encryption: {}'),
      'ttl is encrypted',
    ],
    [
      'a role that is encrypted',
      document().replace('roles: [created_at]', 'roles: [created_at], encryption: {}'),
      'createdAt is encrypted, and has the role created_at',
    ],
    ['a role of another type', document().replace('createdAt, type: S', 'createdAt, type: BOOL'), 'needs type S'],
  ])('refuses %s, and says where', (_what, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });
});

describe('dmsExport', () => {
  test('notes what DMS cannot hold, and leaves it out', () => {
    const Visit = defineModel({
      name: 'Visit',
      table: () => 'visits',
      key: { partition: 'site' },
      attributes: { site: string(), city: string(), at: date({ default: () => new Date() }), extra: any() },
      indexes: { byPlace: { partition: ['city', 'site'], sort: 'at' } },
    });
    const { document: exported, notes } = dmsExport([Visit]);
    expect(notes).toEqual([
      'Model Visit: the default of at is a function; it is left out.',
      'Model Visit: extra is any(), and DMS v0.1 has no such type; it is left out.',
      'Model Visit: index byPlace has a key of several attributes, which DMS v0.1 does not know; it is left out.',
    ]);
    const [{ table, attributes, indexes } = { table: {}, attributes: [], indexes: [] }] = exported.models;
    expect(table).toEqual({ name: 'visits' });
    expect(attributes.map(({ attribute }) => attribute)).toEqual(['site', 'city', 'at']);
    expect(indexes).toBeUndefined();
  });

  test('refuses a model whose table has no name', () => {
    const model = defineModel({ name: 'X', table: () => '', key: { partition: 'id' }, attributes: { id: string() } });
    expect(() => dmsExport([model])).toThrow(UsageError);
  });
});
