import type { AnyModel } from '@tabletheory/core';
import { type Command, defineCommand } from '../command.ts';
import { counted } from '../counted.ts';
import { dmsExport, dmsText } from '../import/dms-export.ts';
import { OUT_OPTION, written } from '../written.ts';

/** `tabletheory export`. */
export const exportModels: Command = defineCommand({
  name: 'export',
  summary: 'A DMS v0.1 document from models',
  details: `Writes the models of the configuration as a document of TableTheory's DMS v0.1, in YAML. What DMS has no
words for stands in the tags of attributes, so that tabletheory import makes the same models of it again.

  tabletheory export --models ./src/models.ts --out models.dms.yml`,
  options: {
    out: OUT_OPTION,
    namespace: { type: 'string', value: 'name', description: 'The namespace of the document' },
  },
  async run({ values, cwd, config, tell }) {
    const { models } = await config();
    const { document, notes } = dmsExport(Object.values(models) as AnyModel[], values.namespace);
    for (const note of notes) tell(note);
    const what = counted(document.models.length, 'model');
    return written(dmsText(document), { out: values.out, cwd, json: document, what });
  },
});
