import { sensitiveAttributes } from '@tabletheory/invocation';

/**
 * A copy of a metadata value as it is now, with sensitive attributes redacted and errors reduced to name and
 * message. A value JSON cannot express becomes a note.
 */
export function recordable(value: unknown): unknown {
  const sensitive = sensitiveAttributes();
  try {
    const json = JSON.stringify(value, (key, inner: unknown) => {
      if (sensitive.has(key)) return '[redacted]';
      if (typeof inner === 'bigint') return inner.toString();
      if (inner instanceof Error) return { name: inner.name, message: inner.message };
      return inner;
    });
    return json === undefined ? null : JSON.parse(json);
  } catch {
    return '[unserializable]';
  }
}
