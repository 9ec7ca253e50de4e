import { sensitiveAttributes } from '@tabletheory/invocation';
import { recordable } from './recordable.ts';
import type { RecordedSubsegment, Recording } from './recording.ts';
import type { TraceContext } from './trace-context.ts';

/** The trace that writes to one subsegment of a recording. */
export function traceOf(recording: Recording, subsegment: RecordedSubsegment): TraceContext {
  return {
    id: recording.traceId,
    sampled: true,
    annotate(key, value) {
      const indexable = typeof value === 'boolean' || Number.isFinite(value) ? value : String(value);
      subsegment.addAnnotation(key, sensitiveAttributes().has(key) ? '[redacted]' : indexable);
    },
    metadata(key, value, namespace) {
      const redacted = sensitiveAttributes().has(key) ? '[redacted]' : recordable(value);
      subsegment.addMetadata(key, redacted, namespace);
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
