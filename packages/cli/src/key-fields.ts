import type { TemplateKey } from '@tabletheory/core';

type Part = string | readonly string[] | TemplateKey;

/** Whether a key part is composed by a template. */
export function isTemplate(part: Part | undefined): part is TemplateKey {
  return typeof part === 'object' && 'template' in part;
}

/** A template as literals around placeholders: one more literal than placeholders. */
export function templateParts(template: string): { literals: string[]; placeholders: string[] } {
  const pieces = template.split(/\{([^{}]*)\}/);
  return {
    literals: pieces.filter((_piece, i) => i % 2 === 0),
    placeholders: pieces.filter((_piece, i) => i % 2 === 1),
  };
}

/** The attributes the partition of a key is made of. */
export function partitionFields({ partition }: { readonly partition: Part }): readonly string[] {
  if (typeof partition === 'string') return [partition];
  return isTemplate(partition) ? templateParts(partition.template).placeholders : partition;
}
