import { isDeepStrictEqual } from 'node:util';
import type { Subject } from './subject.ts';
import { SubjectProcess } from './subject-process.ts';

/** How long and how often is measured. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds of CPU time of one measurement. */
  readonly sampleMs: number;
  /** Milliseconds of CPU time before the first measurement. */
  readonly warmUpMs: number;
}

export const FULL_EFFORT: Effort = { rounds: 21, sampleMs: 80, warmUpMs: 800 };
export const QUICK_EFFORT: Effort = { rounds: 5, sampleMs: 25, warmUpMs: 150 };

/** Measurements in microseconds of CPU time, one a round, by subject and workload. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export interface PairedOptions {
  readonly effort: Effort;
  /** The subject whose results are the right ones. Without one, results are not compared. */
  readonly reference?: string;
  /** Whether workloads are interleaved as well, because they are compared with each other. */
  readonly interleaveWorkloads?: boolean;
}

/** A workload of one subject, and its measurements. */
interface Task {
  readonly process: SubjectProcess;
  readonly workload: string;
  readonly samples: number[];
}

/**
 * Runs each workload on every subject in turn, round after round, each subject in a process of its own. Each round
 * begins one place further, so that none always follows the same other.
 */
export async function paired(
  subjects: readonly Subject[],
  workloads: readonly string[],
  { effort, reference, interleaveWorkloads = false }: PairedOptions,
): Promise<Samples> {
  const started = subjects.map((subject) => new SubjectProcess(subject));
  try {
    if (reference !== undefined) await compareResults(started, workloads, reference);
    const samples = new Map(subjects.map(({ name }) => [name, new Map<string, number[]>()]));
    const tasks = started.flatMap((process) => workloads.map((workload): Task => ({ process, workload, samples: [] })));
    for (const { process, workload, samples: own } of tasks) samples.get(process.subject.name)?.set(workload, own);
    const turns = interleaveWorkloads
      ? [tasks]
      : workloads.map((workload) => tasks.filter((task) => task.workload === workload));
    for (const turn of turns) await measure(turn, effort);
    return samples;
  } finally {
    for (const process of started) process.stop();
  }
}

async function compareResults(
  processes: readonly SubjectProcess[],
  workloads: readonly string[],
  reference: string,
): Promise<void> {
  const right = processes.find(({ subject }) => subject.name === reference);
  if (right === undefined) throw new Error(`There is no subject ${reference} to compare the others with.`);
  for (const workload of workloads) {
    const expected = await right.result(workload);
    for (const process of processes) {
      if (isDeepStrictEqual(await process.result(workload), expected)) continue;
      throw new Error(`${process.subject.name} gives another result of ${workload} than ${reference}.`);
    }
  }
}

async function measure(tasks: readonly Task[], effort: Effort): Promise<void> {
  const times = new Map<Task, number>();
  for (const task of tasks) times.set(task, await timesFor(task, effort));
  for (let round = 0; round < effort.rounds; round++) {
    for (const [task, count] of turned([...times], round)) {
      task.samples.push(await task.process.run(task.workload, count));
    }
  }
}

/** Warms up, and finds how often a workload has to run to fill a measurement. */
async function timesFor({ process, workload }: Task, { sampleMs, warmUpMs }: Effort): Promise<number> {
  let times = 1;
  let each = 0;
  for (let spent = 0; spent < warmUpMs * 1000; spent += each * times) {
    times *= 2;
    each = await process.run(workload, times);
  }
  return Math.max(1, Math.round((sampleMs * 1000) / each));
}

function turned<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
