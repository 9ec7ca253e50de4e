import type { LambdaContext } from '@tabletheory/invocation';
import type { Verdict } from './check.ts';
import { inOrder } from './in-order.ts';
import { InputError, type InputProblem } from './input-error.ts';
import { type PartName, parts } from './part.ts';
import type { Plan } from './plan.ts';
import { isTooDeep } from './too-deep.ts';

/**
 * Reads and checks the parts of an event that have schemas. Everything is read before anything is checked, so that
 * what cannot be read at all is told first, and what is wrong in several parts is told at once.
 *
 * @returns the input; a promise only when a schema is asynchronous.
 * @throws InputError when the request cannot be used; a promise rejects with it.
 */
export function readInput(
  plan: Plan,
  event: unknown,
  context: LambdaContext,
  maxBodyBytes: number | undefined,
): unknown {
  const read = plan.parts.map(({ name, check }) => {
    return { name, check, value: refusingDepth(name, () => parts[name].read(event, maxBodyBytes)) };
  });
  const verdicts = inOrder(read, ({ name, check, value }) => refusingDepth(name, () => check(value, context)));
  const names = plan.parts.map(({ name }) => name);
  return verdicts instanceof Promise ? verdicts.then((all) => inputOf(names, all)) : inputOf(names, verdicts);
}

function refusingDepth<T>(name: PartName, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isTooDeep(error) ? new InputError(422, `The ${parts[name].title} is nested too deeply`) : error;
  }
}

function inputOf(names: readonly PartName[], verdicts: readonly Verdict[]): unknown {
  const alone = names.length === 1;
  const input: Partial<Record<PartName, unknown>> = {};
  const refused: string[] = [];
  const problems: InputProblem[] = [];
  for (const [i, name] of names.entries()) {
    const verdict = verdicts[i] as Verdict;
    if (verdict.problems === undefined) {
      input[name] = verdict.value;
      continue;
    }
    refused.push(parts[name].title);
    // A pointer into the input, whose shape is the same rule.
    for (const problem of verdict.problems) {
      problems.push(alone ? problem : { ...problem, instancePath: `/${name}${problem.instancePath}` });
    }
  }
  if (refused.length > 0) {
    const subject = refused.length === 1 ? refused[0] : 'request';
    throw new InputError(400, `The ${subject} does not match its schema`, problems);
  }
  return alone ? input[names[0] as PartName] : input;
}
