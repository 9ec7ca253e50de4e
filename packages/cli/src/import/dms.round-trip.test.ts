import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryModel, essenceOf } from './arbitrary-models.ts';
import { dmsDocument, parseYaml } from './dms-document.ts';
import { dmsExport, dmsText } from './dms-export.ts';
import { dmsModels } from './dms-models.ts';

const models = fc.array(
  arbitraryModel.filter(({ attributes }) => Object.values(attributes).every((of: any) => of.kind !== 'any')),
  { minLength: 1, maxLength: 3 },
);

test('a document exported from models imports as the same models', () => {
  fc.assert(
    fc.property(models, fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (exported, namespace) => {
      const { document, notes } = dmsExport(exported, namespace);
      expect(notes).toEqual([]);
      const read = dmsDocument(parseYaml(dmsText(document), 'a.dms.yml'));
      expect(read).toEqual(document);
      expect(dmsModels(read).models.map(({ model }) => essenceOf(model))).toEqual(exported.map(essenceOf));
    }),
    { numRuns: 300 },
  );
});

test('a document in JSON is the same document', () => {
  fc.assert(
    fc.property(models, (exported) => {
      const { document } = dmsExport(exported);
      expect(dmsDocument(parseYaml(JSON.stringify(document), 'a.json'))).toEqual(document);
    }),
    { numRuns: 100 },
  );
});
