export type { MemoryRecord } from '@tabletheory/invocation';
export type { Memory } from './memory.ts';
export { type MemoryStatsOptions, memoryStats, memoryStatsValidateOptions } from './middleware.ts';
