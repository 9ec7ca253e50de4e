/** Beyond this Node fires a timer at once. Lambda's own maximum is 900 s, so only a made-up time gets there. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;
