import { createHash } from 'node:crypto';

/** The SHA-256 digest of a value's JSON, whatever the order of its members; 43 characters for a URL. */
export function digestOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, inOrder) ?? '');
  return createHash('sha256').update(text).digest('base64url');
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
