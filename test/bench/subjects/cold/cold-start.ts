import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { startFunction } from '@tabletheory/local';
import type { Bundle } from '../functions/bundles.ts';
import { event } from '../functions/event.ts';

/** What runs the function: a Node program, and the runtime client of Lambda in place of the local one. */
export interface Runtime {
  readonly nodePath?: string;
  readonly runtimeClient?: string;
}

/** What the process of a function took of the CPU, in milliseconds, and of memory, in MB of 1,000,000 bytes. */
export interface Probed {
  readonly init: number;
  readonly request: number;
  readonly memory: number;
  /** From the start of the process to the end of the first request. */
  readonly sinceStart: number;
}

const EXPECTED = { statusCode: 201, body: '{"orderId":"o-000001"}' };

/** Milliseconds from the start of the process to the first response, as the one who waits for it sees them. */
export async function timeToFirstResponse(
  bundle: Bundle,
  environment: Readonly<Record<string, string>>,
  runtime: Runtime = {},
): Promise<number> {
  await using fn = await startFunction({ ...runtime, file: bundle.file, environment, memorySize: 1024, timeout: 30 });
  const startedAt = performance.now();
  const { payload } = await fn.invoke(event, { sampled: false });
  const duration = performance.now() - startedAt;
  assertResponse(payload, bundle);
  return duration;
}

/** A cold start in which the process looks at itself. */
export async function probedColdStart(bundle: Bundle, environment: Readonly<Record<string, string>>): Promise<Probed> {
  const probe = join(bundle.folder, 'probe.mjs');
  copyFileSync(join(import.meta.dirname, 'probe.mjs'), probe);
  await using fn = await startFunction({ file: probe, environment, memorySize: 1024, timeout: 30 });
  const { payload } = await fn.invoke(event, { sampled: false });
  const { response, ...probed } = payload as Probed & { response: unknown };
  assertResponse(response, bundle);
  return probed;
}

function assertResponse(response: unknown, { file }: Bundle): void {
  const { statusCode, body } = response as typeof EXPECTED;
  if (isDeepStrictEqual({ statusCode, body }, EXPECTED)) return;
  throw new Error(`${file} answered ${JSON.stringify(response)}.`);
}
