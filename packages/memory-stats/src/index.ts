export type { MemoryRecord } from '@tabletheory/invocation';
export type { MemoryAdvice } from './advice.ts';
export type { Memory, MemoryReading } from './memory.ts';
export { type MemoryStatsOptions, memoryStats, memoryStatsValidateOptions } from './middleware.ts';
