import { sensitiveAttributes } from '@tabletheory/invocation';
import { recordable } from './recordable.ts';
import type { RecordedSubsegment } from './recorder.ts';
import type { Recording } from './recording.ts';
import type { TraceContext } from './trace-context.ts';

/** The trace that writes to one subsegment of a recording. */
export function traceOf(recording: Recording, subsegment: RecordedSubsegment): TraceContext {
  return {
    id: recording.traceId,
    sampled: true,
    annotate(key, value) {
      subsegment.annotations ??= withoutPrototype();
      subsegment.annotations[annotationKey(key)] = sensitiveAttributes().has(key)
        ? '[redacted]'
        : annotationValue(value);
    },
    metadata(key, value, namespace = 'default') {
      subsegment.metadata ??= withoutPrototype();
      subsegment.metadata[namespace] ??= withoutPrototype();
      const values = subsegment.metadata[namespace];
      values[key] = sensitiveAttributes().has(key) ? '[redacted]' : recordable(value);
    },
    capture(name, fn) {
      const child = recording.open(subsegment, name);
      let result: ReturnType<typeof fn>;
      try {
        result = fn(traceOf(recording, child));
      } catch (error) {
        recording.fail(child, error);
        recording.close(child);
        throw error;
      }
      if (!(result instanceof Promise)) {
        recording.close(child);
        return result;
      }
      return result.then(
        (value) => {
          recording.close(child);
          return value;
        },
        (error) => {
          recording.fail(child, error);
          recording.close(child);
          throw error;
        },
      ) as typeof result;
    },
  };
}

/** An object in which any key is data, `__proto__` as well. */
function withoutPrototype<Value>(): Record<string, Value> {
  return Object.create(null);
}

/** Keys of annotations take letters, digits and `_`, 500 at most. */
function annotationKey(key: string): string {
  return key.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 500);
}

/** Values of annotations are booleans, finite numbers, and strings of 1,000 characters at most. */
function annotationValue(value: string | number | boolean): string | number | boolean {
  return typeof value === 'boolean' || Number.isFinite(value) ? value : String(value).slice(0, 1_000);
}
