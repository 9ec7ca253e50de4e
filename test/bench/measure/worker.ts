// The process of one subject: only its library is loaded here, so that neither its compiled code nor its garbage is
// mixed with that of the others.
import type { MakeWorkloads, Reply, Request, Workloads } from './subject.ts';

const [file = '', argument = 'null'] = process.argv.slice(2);

/** Keeps results reachable, so that no work can be optimised away. */
export let last: unknown;

async function run(work: () => unknown, times: number): Promise<number> {
  const first = work();
  const settles = first instanceof Promise;
  await first;
  const before = process.cpuUsage();
  // Waiting for what is there already would cost more than many of the shorter works.
  if (settles) for (let i = 0; i < times; i++) last = await work();
  else for (let i = 0; i < times; i++) last = work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function answer(workloads: Workloads, request: Request): Promise<Reply> {
  const work = workloads[request.workload];
  if (work === undefined) return { error: `There is no workload ${request.workload}.` };
  if (request.ask === 'result')
    return { result: work.comparable ? work.comparable(await work.run()) : await work.run() };
  return { cpu: await run(work.run, request.times) };
}

const making: Promise<Workloads> = import(file).then((module: { default: MakeWorkloads }) =>
  module.default(JSON.parse(argument)),
);
// What went wrong is the answer to every request.
making.catch(() => {});

process.on('message', (request: Request) => {
  void making
    .then((workloads) => answer(workloads, request))
    .catch((error: unknown): Reply => ({ error: String((error as Error)?.stack ?? error) }))
    .then((reply) => process.send?.(reply));
});
