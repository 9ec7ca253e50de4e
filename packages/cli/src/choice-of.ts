import { UsageError } from './command.ts';

/**
 * The value of an option that has only some.
 *
 * @throws UsageError naming those, when it is none of them.
 */
export function choiceOf<const T extends string>(option: string, given: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === given);
  if (choice === undefined) throw new UsageError(`--${option} ${given}: there are ${choices.join(', ')}.`);
  return choice;
}
