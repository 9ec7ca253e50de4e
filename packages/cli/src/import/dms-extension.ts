import type { UnknownAttributes } from '@tabletheory/core';
import type { AttributeSpec } from './dms-attribute.ts';
import type { DmsAttribute } from './dms-document.ts';

/** The name of the tag that has what DMS has no words for. */
const TAG = 'tabletheory-middy';

/**
 * What a model has beyond DMS, in the `tags` of an attribute: what is different from what the attribute says by
 * itself, so that other readers of the document lose nothing they know of.
 */
export interface DmsExtension extends Partial<AttributeSpec> {
  /** The property, where it is not the attribute's name in camel case. */
  readonly property?: string;
  /** Of a composed key: its template. */
  readonly template?: string;
  /** Of a composed key: the attributes that are stored in it alone. */
  readonly parts?: Readonly<Record<string, AttributeSpec>>;
  /** Of the partition key: the model's policy. */
  readonly unknownAttributes?: UnknownAttributes;
}

/** The extension of an attribute: empty where it has none. */
export function extensionOf({ tags }: DmsAttribute): DmsExtension {
  return (tags?.[TAG] ?? {}) as DmsExtension;
}

/** An extension as tags; none where it is empty. */
export function tagsOf(extension: DmsExtension): Pick<DmsAttribute, 'tags'> {
  return Object.keys(extension).length === 0 ? {} : { tags: { [TAG]: extension } };
}
