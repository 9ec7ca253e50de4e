import type { Throttling } from './api-config.ts';

/** Throttling, as the stages of both kinds of API have it. */
export function throttlingLimits({ rate, burst }: Throttling): object {
  return { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
}
