import { TableTheoryError } from '@tabletheory/core';
import { expect } from 'vitest';
import type { FaultyTables } from './faulty-tables.ts';
import type { Random } from './random.ts';
import type { FaultModels, FaultTables, Ref, Row, State, Step } from './step.ts';
import { makeStep } from './steps.ts';

/** What became of the operations of a lane. */
export interface LaneFigures {
  operations: number;
  /** By how they ended: `done`, `refused`, or the code of an error. */
  readonly ends: Record<string, number>;
  /** Operations that failed, and of which something had been done all the same. */
  doneAllTheSame: number;
}

const READS = new Set(['GetItem', 'Query', 'BatchGetItem']);

/**
 * One writer of the workload: the only one of its items, so that it knows at any time what must be stored. What is
 * stored is read after every operation, without faults.
 */
export class Lane {
  readonly #name: string;
  readonly #random: Random;
  readonly #faulty: FaultyTables<FaultModels>;
  readonly #direct: FaultTables;
  readonly #truth = new Map<string, Row>();
  readonly figures: LaneFigures = { operations: 0, ends: {}, doneAllTheSame: 0 };

  constructor(name: string, random: Random, faulty: FaultyTables<FaultModels>, direct: FaultTables) {
    this.#name = name;
    this.#random = random;
    this.#faulty = faulty;
    this.#direct = direct;
  }

  /** Everything that must be stored of this lane. */
  rows(): Row[] {
    return [...this.#truth.values()];
  }

  async run(operations: number): Promise<void> {
    for (let i = 0; i < operations; i++) {
      const stored = (ref: Ref) => this.#truth.get(textOf(ref));
      const step = makeStep({ lane: this.#name, random: this.#random, stored });
      try {
        await this.#do(step);
      } catch (error) {
        throw new Error(`Lane ${this.#name}, operation ${i} (${step.name}): ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  }

  async #do(step: Step): Promise<void> {
    const { proxy, tables } = this.#faulty;
    const before = step.refs.map((ref) => this.#truth.get(textOf(ref)));
    const arrived = proxy.requests.length;
    const settled = await step.run(tables).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    await proxy.idle();
    const writes = proxy.requests.slice(arrived).filter(({ operation }) => !READS.has(operation));
    const times = writes.filter(({ done }) => done).length;
    const now = await this.#read(step.refs);
    for (const [i, ref] of step.refs.entries()) this.#learn(ref, now[i]);
    this.figures.operations++;
    if ('error' in settled) this.#judgeFailure(step, settled.error, before, now, times);
    else this.#judgeSuccess(step, settled.result, before, now, times);
  }

  #judgeSuccess(step: Step, result: any, before: State, now: State, times: number): void {
    this.#end('done');
    expect(step.refused).toBeUndefined();
    if (!step.independent) expectState(now, step.after(before, times));
    else for (const [i, after] of step.after(before, times).entries()) expectEither(now[i], before[i], after);
    if (step.results !== undefined) expect(step.results(result)).toEqual(now);
    step.check?.(result, now, before);
  }

  #judgeFailure(step: Step, error: unknown, before: State, now: State, times: number): void {
    if (!(error instanceof TableTheoryError)) throw error;
    const { refused, guarded, repeatable, independent } = step;
    const unaffected = error.retryable || (guarded && error.mayBeDone);
    if (!unaffected) expect(error.name).toBe(refused?.name); // no fault looks like a refusal
    this.#end(unaffected ? error.code : 'refused');
    if (!error.mayBeDone) {
      expect(times).toBe(0);
      expect(now).toEqual(before);
      return;
    }
    const after = step.after(before, repeatable ? times : 1);
    if (independent) for (const [i, state] of after.entries()) expectEither(now[i], before[i], state);
    else if (times === 0) expect(now).toEqual(before);
    else expectState(now, after);
    if (times > 0) this.figures.doneAllTheSame++;
  }

  #end(how: string): void {
    this.figures.ends[how] = (this.figures.ends[how] ?? 0) + 1;
  }

  #learn(ref: Ref, row: Row | undefined): void {
    if (row === undefined) this.#truth.delete(textOf(ref));
    else this.#truth.set(textOf(ref), row);
  }

  async #read(refs: readonly Ref[]): Promise<State> {
    const get = (tx: any) => refs.map(({ table, key }) => tx[table].get(key));
    return (await this.#direct.$batchGet(get as any, { consistent: true })).results as State;
  }
}

function textOf({ table, key }: Ref): string {
  return JSON.stringify([table, key]);
}

function expectState(now: State, expected: State): void {
  expect(now).toHaveLength(expected.length);
  for (const [i, row] of expected.entries()) {
    if (row === undefined) expect(now[i]).toBeUndefined();
    else expect(now[i]).toMatchObject(row);
  }
}

function expectEither(now: Row | undefined, before: Row | undefined, after: Row | undefined): void {
  const unchanged = JSON.stringify(now) === JSON.stringify(before);
  if (!unchanged) expectState([now], [after]);
}
