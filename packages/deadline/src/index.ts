export type { Budget } from './budget.ts';
export { BudgetExceededError } from './budget-exceeded-error.ts';
export type { Deadline } from './deadline.ts';
export { DeadlineReachedError } from './deadline-reached-error.ts';
export { type DeadlineOptions, deadline, deadlineValidateOptions } from './middleware.ts';
export {
  type DeadlinePlugin,
  type DeadlinePluginOptions,
  deadlinePlugin,
  deadlinePluginValidateOptions,
} from './plugin.ts';
export type { Reserve } from './reserve.ts';
