export type { Deadline } from './deadline.ts';
export { DeadlineReachedError } from './deadline-reached-error.ts';
export { type DeadlineOptions, deadline, deadlineValidateOptions } from './middleware.ts';
