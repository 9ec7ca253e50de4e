import { parseTemplate } from './key-template.ts';
import type { KeyPart, TemplateKey } from './model-types.ts';

/** Whether a key part is a template. */
export function isTemplate(part: unknown): part is TemplateKey {
  return typeof part === 'object' && part !== null && 'template' in part;
}

/** The attributes a key part is made of, in order. */
export function fieldsOf(part: KeyPart<any> | readonly string[]): readonly string[] {
  if (typeof part === 'string') return [part];
  return isTemplate(part) ? parseTemplate(part.template).placeholders : part;
}
