export type { MemoryRecord } from '@tabletheory/invocation';
export type { MemoryAdvice } from './advice.ts';
export type { Memory } from './memory.ts';
export { type MemoryStatsOptions, memoryStats, memoryStatsValidateOptions } from './middleware.ts';
