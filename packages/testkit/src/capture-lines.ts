import { type EmittedMetric, isMetricDocument, metricsOf } from './emitted-metric.ts';

/** A log line, parsed. */
export type LogRecord = Readonly<Record<string, any>>;

/** A destination for logs and metrics that keeps what is written to it. */
export interface CapturedLines {
  /** Takes a line, or several: `destination` of the logger and of the metrics calls it. It needs no `this`. */
  readonly write: (text: string) => void;
  /** Every line, as it was written. */
  readonly lines: readonly string[];
  /** The log lines, parsed: the lines that are JSON objects, without the documents of metrics. */
  logs(): LogRecord[];
  /** The metrics in the documents of the embedded metric format among the lines. */
  metrics(): EmittedMetric[];
  /** Forgets the lines so far. */
  readonly clear: () => void;
}

/**
 * Keeps the lines a tested handler writes, for `toHaveLogged` and `toHaveEmittedMetric`: give it as `destination` to
 * `@tabletheory/logger` and `@tabletheory/metrics`, or its `write` as `onLog` to `startFunction` of `@tabletheory/local`.
 *
 * @example
 * import middy from '@middy/core';
 * import { logger } from '@tabletheory/logger';
 * import { metrics } from '@tabletheory/metrics';
 * import { captureLines, invokeHandler } from '@tabletheory/testkit';
 * import { expect, test } from 'vitest';
 *
 * test('an order is logged and counted', async () => {
 *   const lines = captureLines();
 *   const handler = middy()
 *     .use(logger({ destination: lines }))
 *     .use(metrics({ namespace: 'Orders', destination: lines }))
 *     .handler(async (_event, { log, metrics }) => {
 *       log.info({ orderId: 'o-1' }, 'order created');
 *       metrics.add('OrderCreated', 'Count', 1);
 *     });
 *   await invokeHandler(handler, {});
 *   expect(lines).toHaveLogged({ level: 'INFO', message: 'order created', orderId: 'o-1' });
 *   expect(lines).toHaveEmittedMetric('OrderCreated', { value: 1, unit: 'Count' });
 * });
 */
export function captureLines(): CapturedLines {
  const lines: string[] = [];
  const records = (): LogRecord[] => lines.map(parseObject).filter((record) => record !== undefined);
  return {
    write: (text) => void lines.push(...text.split('\n').filter((line) => line !== '')),
    lines,
    logs: () => records().filter((record) => !isMetricDocument(record)),
    metrics: () => records().filter(isMetricDocument).flatMap(metricsOf),
    clear: () => {
      lines.length = 0;
    },
  };
}

function parseObject(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // Not everything a function writes is JSON.
    return undefined;
  }
}
