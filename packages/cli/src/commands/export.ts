import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AnyModel } from '@tabletheory/core';
import { type Command, defineCommand } from '../command.ts';
import { dmsExport, dmsText } from '../import/dms-export.ts';

/** `tabletheory export`. */
export const exportModels: Command = defineCommand({
  name: 'export',
  summary: 'A DMS v0.1 document from models',
  details: `Writes the models of the configuration as a document of TableTheory's DMS v0.1, in YAML. What DMS has no
words for stands in the tags of attributes, so that tabletheory import makes the same models of it again.

  tabletheory export --models ./src/models.ts --out models.dms.yml`,
  options: {
    out: { type: 'string', value: 'file', description: 'Write to this file; without it, to standard output' },
    namespace: { type: 'string', value: 'name', description: 'The namespace of the document' },
  },
  async run({ values, cwd, config, tell }) {
    const { models } = await config();
    const { document, notes } = dmsExport(Object.values(models) as AnyModel[], values.namespace);
    for (const note of notes) tell(note);
    const text = dmsText(document);
    if (values.out === undefined) return { text, json: document };
    await writeFile(resolve(cwd, values.out), text);
    return { text: `Wrote ${document.models.length} models to ${values.out}.`, json: document };
  },
});
