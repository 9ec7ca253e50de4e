import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { InvokeResult } from '@tabletheory/local';
import { ApiClient } from './api-client.ts';
import { printedReport, reportOf } from './report.ts';
import { requestLines } from './request-line.ts';
import { runScenario, SECRETS } from './scenario.ts';
import { exitOnSignals, MEMORY_SIZE, type Stack, startStack } from './stack.ts';

const COMPLETE_WITHIN_MS = 5_000;

exitOnSignals();
try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const report = reportOf(await run());
  console.log(printedReport(report));
  if (values.json) console.log(JSON.stringify(report));
  if (report.summary.failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(`The demo could not run: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function run() {
  const invocations = new Map<string, InvokeResult>();
  const stack = await startStack({
    // Where the engine is one that runs already, an earlier demo may have left its table.
    table: `orders-demo-${Date.now()}`,
    onInvoked: (gatewayRequestId, result) => invocations.set(gatewayRequestId, result),
  });
  try {
    const api = new ApiClient(stack.url);
    const failures: string[] = [];
    await runScenario(api).catch((error) => failures.push(`The requests broke off: ${error.message}`));
    failures.push(...(await untilComplete(stack, [...invocations.values()])));
    const lines = stack.function.logs();
    const segments = [...stack.daemon.segments];
    for (const secret of SECRETS) {
      if (lines.some((line) => line.includes(secret))) failures.push(`a log line contains ${secret}`);
      if (JSON.stringify(segments).includes(secret)) failures.push(`a segment contains ${secret}`);
    }
    return { exchanges: api.exchanges, invocations, lines, segments, memorySize: MEMORY_SIZE, failures };
  } finally {
    await stack.stop();
  }
}

/**
 * Log lines and segments come by ways of their own and may arrive after the response.
 *
 * @returns what has not come.
 */
async function untilComplete({ function: orders, daemon }: Stack, invocations: InvokeResult[]): Promise<string[]> {
  const giveUpAt = performance.now() + COMPLETE_WITHIN_MS;
  for (;;) {
    const logged = new Set(requestLines(orders.logs()).map(({ requestId }) => requestId));
    const traced = new Set(daemon.segments.map(({ trace_id }) => trace_id));
    const missing = [
      ...invocations.filter(({ requestId }) => !logged.has(requestId)).map(({ requestId }) => `log line ${requestId}`),
      ...invocations.filter(({ traceId }) => !traced.has(traceId)).map(({ traceId }) => `segment of ${traceId}`),
    ];
    if (missing.length === 0 || performance.now() > giveUpAt) return missing.map((what) => `missing: ${what}`);
    await wait(10);
  }
}
