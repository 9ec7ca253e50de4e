// Has every property run FUZZ_RUNS times, also those that say how often they run, and writes what it did to FUZZ_REPORT.
import { appendFileSync } from 'node:fs';
import type fastCheck from 'fast-check';
import { expect, vi } from 'vitest';
import { runsOf } from './runs.ts';

vi.mock('fast-check', async (original) => {
  const module = await original<typeof fastCheck & { default: typeof fastCheck }>();

  function assert(property: fastCheck.IRawProperty<any>, parameters?: fastCheck.Parameters<any>): unknown {
    const { testPath = '', currentTestName = '' } = expect.getState();
    const startedAt = performance.now();
    const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };
    const checked = module.check(property, { ...parameters, ...seed, numRuns: runsOf(testPath) });
    const report = ({ failed, numRuns, seed }: fastCheck.RunDetails<any>): void => {
      const file = process.env.FUZZ_REPORT;
      const ms = performance.now() - startedAt;
      const line = JSON.stringify({ path: testPath, name: currentTestName, failed, runs: numRuns, seed, ms });
      if (file !== undefined) appendFileSync(file, `${line}\n`);
    };
    if (!(checked instanceof Promise)) {
      report(checked);
      return refuse(module.defaultReportMessage(checked), checked);
    }
    return checked.then(async (details) => {
      report(details);
      refuse(await module.asyncDefaultReportMessage(details), details);
    });
  }

  return { ...module, assert, default: { ...module.default, assert } };
});

function refuse(message: string | undefined, { errorInstance }: fastCheck.RunDetails<any>): void {
  if (message !== undefined) throw new Error(message, { cause: errorInstance });
}
