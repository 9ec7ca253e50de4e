import type { Attribute, Attributes } from './attribute.ts';
import type { AnyModel } from './model.ts';

/**
 * The names, in code and in the table, of every attribute of a model that is marked `sensitive`, at any depth, or
 * `encrypted`.
 * A logger redacts them.
 */
export function sensitiveAttributesOf(model: AnyModel): string[] {
  return [...new Set(sensitiveIn(model.attributes))];
}

function sensitiveIn(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([property, attribute]) => {
    const own = isSensitive(attribute) ? [property, attribute.options.name ?? property] : [];
    return [...own, ...sensitiveWithin(attribute)];
  });
}

/** A list or record of sensitive elements is sensitive itself: its elements have no names. */
function isSensitive({ options, element }: Attribute): boolean {
  return options.sensitive === true || options.encrypted === true || (element !== undefined && isSensitive(element));
}

function sensitiveWithin({ attributes, element }: Attribute): string[] {
  return [...sensitiveIn(attributes ?? {}), ...(element === undefined ? [] : sensitiveWithin(element))];
}
