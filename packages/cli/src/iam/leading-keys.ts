import type { AnyModel, Models } from '@tabletheory/core';
import { isTemplate, partitionFields, templateParts } from '../key-fields.ts';
import { uniqueAttributes } from './model-actions.ts';
import { modelsOfTable, type TableUse } from './table-use.ts';

/** What the partition keys of a use may be. */
export interface LeadingKeys {
  /** The values of `dynamodb:LeadingKeys`, with `*` for what is not bound; `undefined` where it cannot be limited. */
  readonly patterns: readonly string[] | undefined;
  /** Why it is not limited, where some of it could be. */
  readonly note?: string;
}

/**
 * What the partition keys of a use may be, in a table where an attribute in them is bound to a value: of models that
 * have it in their partition that value, of the others the literals of their templates.
 *
 * @param bound the values of attributes, for example `{ tenantId: '${aws:PrincipalTag/tenantId}' }`.
 */
export function leadingKeys(use: TableUse, models: Models, bound: Readonly<Record<string, string>>): LeadingKeys {
  const { action, table, index } = use;
  const binds = (key: AnyModel['key'] | undefined): boolean =>
    key !== undefined && partitionFields(key).some((field) => Object.hasOwn(bound, field));
  const sharing = modelsOfTable(models, table).map((name) => models[name] as AnyModel);
  const where = index === undefined ? `table ${table}` : `index ${index} of table ${table}`;
  const unlimited = (why: string): LeadingKeys => ({
    patterns: undefined,
    note: `${action} of ${where} is not limited by dynamodb:LeadingKeys: ${why}.`,
  });
  // A table of which no model binds anything is no tenants' table.
  if (!sharing.some(({ key, indexes }) => [key, ...Object.values(indexes as AnyModel['indexes'])].some(binds))) {
    return { patterns: undefined };
  }
  if (action === 'Scan') return unlimited('it reads every partition');
  if (!sharing.some(({ key, indexes }) => binds(index === undefined ? key : indexes[index]))) {
    return unlimited(`no model's partition there has ${Object.keys(bound).join(' or ')} in it`);
  }
  const patterns = new Set<string>();
  for (const name of use.models) {
    const model = models[name] as AnyModel;
    const own = patternsOf(model, use, bound);
    if (own.includes('*')) return unlimited(`the partition of ${model.name} may be any`);
    for (const pattern of own) patterns.add(pattern);
  }
  return { patterns: patterns.size === 0 ? undefined : [...patterns].sort() };
}

function patternsOf(model: AnyModel, { action, index }: TableUse, bound: Readonly<Record<string, string>>): string[] {
  const key = index === undefined ? model.key : model.indexes[index];
  if (key === undefined) return []; // another model's index: no item of this one is in it
  const marks =
    index === undefined && (action === 'PutItem' || action === 'DeleteItem') && uniqueAttributes(model).length > 0;
  const own = partitionPattern(key.partition, bound);
  // The items that keep values unique.
  return marks ? [own, `tabletheory#unique#${literal(model.name)}#*`] : [own];
}

function partitionPattern(partition: AnyModel['key']['partition'], bound: Readonly<Record<string, string>>): string {
  const boundValue = (field: string): string => bound[field] ?? '*';
  if (typeof partition === 'string') return boundValue(partition);
  if (!isTemplate(partition)) return '*'; // a partition of several attributes
  const { literals, placeholders } = templateParts(partition.template);
  return literals
    .map((text, i) => literal(text) + (i < placeholders.length ? boundValue(placeholders[i] as string) : ''))
    .join('');
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
function literal(text: string): string {
  return text.replaceAll(/[*?$]/g, (character) => `\${${character}}`);
}
