import { isDeepStrictEqual } from 'node:util';
import { AccessDeniedError, DeadlineExceededError, TableTheoryError } from '@tabletheory/core';
import { expect } from 'vitest';
import { drawDeadline, type Ending, under } from './deadline.ts';
import type { FaultyTables } from './faulty-tables.ts';
import type { Random } from './random.ts';
import type { FaultModels, FaultTables, Ref, Row, State, Step } from './step.ts';
import { makeStep } from './steps.ts';

/** What became of the operations of a lane. */
export interface LaneFigures {
  operations: number;
  /** Operations that were acknowledged, and changed nothing. */
  lost: number;
  /** Operations that have done something else than they reported: twice, or all the same, or in part. */
  wrong: number;
  /** By how they ended: `done`, `refused`, or the code of an error. */
  readonly ends: Record<string, number>;
  /** Operations that failed, said that they may be done, and of which something had been done. */
  doneAllTheSame: number;
  /** Unguarded additions that were acknowledged, and done more than once: DynamoDB has no token for them. */
  repeated: number;
  /** Operations under a deadline, and those that it ended. */
  deadlines: number;
  ended: number;
  /** The longest overrun of a deadline, in milliseconds: of event-loop time, and by the clock. */
  overrun: number;
  overrunByClock: number;
}

interface LaneOptions {
  readonly name: string;
  readonly random: Random;
  readonly faulty: FaultyTables<FaultModels>;
  /** The same tables, without faults. */
  readonly direct: FaultTables;
  /** Whether its client always has tokens to try again. Others run out of them, as most requests of a long run fail. */
  readonly isRefilled: boolean;
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
  readonly #isRefilled: boolean;
  readonly #truth = new Map<string, Row>();
  /** What was lost or wrong first. */
  problem: Error | undefined;
  /** Of all operations without a deadline: nothing may stay with it. */
  readonly signal: AbortSignal = new AbortController().signal;
  readonly figures: LaneFigures = {
    operations: 0,
    lost: 0,
    wrong: 0,
    ends: {},
    doneAllTheSame: 0,
    repeated: 0,
    deadlines: 0,
    ended: 0,
    overrun: 0,
    overrunByClock: 0,
  };

  constructor({ name, random, faulty, direct, isRefilled }: LaneOptions) {
    this.#name = name;
    this.#random = random;
    this.#faulty = faulty;
    this.#direct = direct;
    this.#isRefilled = isRefilled;
  }

  /** Everything that must be stored of this lane. */
  rows(): Row[] {
    return [...this.#truth.values()];
  }

  async run(operations: number): Promise<void> {
    for (let i = 0; i < operations; i++) {
      const stored = (ref: Ref) => this.#truth.get(textOf(ref));
      await this.#do(makeStep({ lane: this.#name, random: this.#random, stored }));
    }
  }

  async #do(step: Step): Promise<void> {
    const { proxy } = this.#faulty;
    const before = step.refs.map((ref) => this.#truth.get(textOf(ref)));
    const settled = await this.#run(step);
    const failed = settled.error !== undefined;
    await (failed ? proxy.caughtUp() : proxy.idle());
    const writes = proxy.requests.filter(({ operation }) => !READS.has(operation));
    const times = writes.filter(({ done }) => done).length;
    const now = await this.#read(step.refs);
    for (const [i, ref] of step.refs.entries()) this.#learn(ref, now[i]);
    this.figures.operations++;
    try {
      if (failed) this.#judgeFailure(step, settled.error, before, now, times);
      else this.#judgeSuccess(step, settled.result, before, now, times);
    } catch (error) {
      if (!failed && isDeepStrictEqual(now, before)) this.figures.lost++;
      else this.figures.wrong++;
      const what = `Lane ${this.#name}, operation ${this.figures.operations} (${step.name})`;
      this.problem ??= new Error(`${what}: ${(error as Error).message}`, { cause: error });
    }
    proxy.forget();
    if (this.#isRefilled) await this.#faulty.refill();
  }

  async #run(step: Step): Promise<Pick<Ending, 'result' | 'error'>> {
    const { tables } = this.#faulty;
    const deadline = drawDeadline(this.#random);
    if (deadline === undefined) {
      return step.run(tables.$withSignal(this.signal)).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
    }
    const ending = await under(deadline, (bound) => step.run(tables.$bind(bound)));
    const { overrun, error } = ending;
    this.figures.deadlines++;
    if (error instanceof DeadlineExceededError) this.figures.ended++;
    this.figures.overrun = Math.max(this.figures.overrun, overrun.loop);
    this.figures.overrunByClock = Math.max(this.figures.overrunByClock, overrun.wall);
    return ending;
  }

  #judgeSuccess(step: Step, result: any, before: State, now: State, times: number): void {
    this.#end('done');
    expect(step.refused).toBeUndefined();
    if (!step.independent) expectState(now, step.after(before, times));
    else for (const [i, after] of step.after(before, times).entries()) expectEither(now[i], before[i], after);
    if (step.results !== undefined) expect(step.results(result)).toEqual(now);
    step.check?.(result, now, before);
    if (step.repeatable && !step.independent && times > 1 && step.name !== 'delete') this.figures.repeated++;
  }

  #judgeFailure(step: Step, error: unknown, before: State, now: State, times: number): void {
    if (!(error instanceof TableTheoryError)) throw error;
    const { refused, guarded, repeatable, independent } = step;
    const late = error instanceof DeadlineExceededError;
    const unaffected = error.retryable || late || (guarded && error.mayBeDone) || this.#wasDenied(error);
    if (!unaffected) expect(error.name).toBe(refused?.name); // no fault looks like a refusal
    this.#end(unaffected ? error.code : 'refused');
    const partial = late ? error.partial : undefined;
    if (partial !== undefined) step.checkPartial?.(partial, now, before, error.mayBeDone);
    else if (!error.mayBeDone) {
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

  /** Whether the last try of all met a service that does not know the clock or the credentials. */
  #wasDenied(error: TableTheoryError): boolean {
    const last = this.#faulty.proxy.requests.at(-1)?.fault.kind;
    return error instanceof AccessDeniedError && (last === 'clockSkew' || last === 'expiredCredentials');
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
