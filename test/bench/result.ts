import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './measure/machine.ts';
import type { Samples } from './measure/paired.ts';
import { pairedRatio, type Spread, spread } from './measure/statistics.ts';

/** One thing one subject was measured doing. */
export interface Row {
  /** What it did, for example `get`. */
  readonly group: string;
  readonly subject: string;
  /** Whether the subject is of this project. */
  readonly ours: boolean;
  readonly unit: 'µs' | 'ms' | 'MB' | 'KB' | 'µs/item';
  readonly value: Spread;
  /** How many times what it is compared with; `undefined` where it is not compared. */
  readonly ratio?: Spread | undefined;
  /** What it is compared with. */
  readonly against?: string | undefined;
}

/** What a benchmark found. */
export interface Result {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in sentences. */
  readonly method: readonly string[];
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly rows: readonly Row[];
}

const folder = join(import.meta.dirname, 'results');

export function writeResult(result: Result): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${result.name}.json`);
  writeFileSync(file, `${JSON.stringify(rounded(result), null, 2)}\n`);
  return file;
}

export function readResult(name: string): Result {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Result;
}

/** Four digits are more than any of these figures is worth, and keep the files readable. */
function rounded(result: Result): unknown {
  return JSON.parse(JSON.stringify(result), (_key, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  );
}

/** The rows of measurements that are each compared with those of one subject. */
export function comparedRows(
  samples: Samples,
  {
    unit,
    against,
    ours,
  }: { unit: Row['unit']; against: (group: string) => string; ours: (subject: string) => boolean },
): Row[] {
  return [...samples].flatMap(([subject, groups]) =>
    [...groups].map(([group, values]): Row => {
      const base = samples.get(against(group))?.get(group);
      return {
        group,
        subject,
        ours: ours(subject),
        unit,
        value: spread(values),
        ...(base === undefined ? {} : { ratio: pairedRatio(values, base), against: against(group) }),
      };
    }),
  );
}
