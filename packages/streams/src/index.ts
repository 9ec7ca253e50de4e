export type { BatchItemFailure, BatchResponse } from './batch-response.ts';
export type { ChangeHandlers, Changes, ItemChange } from './changes.ts';
export { type StreamsOptions, streams, streamsValidateOptions } from './middleware.ts';
export { RecordUnreadableError } from './record-unreadable-error.ts';
export { type StreamEvent, StreamEventInvalidError } from './stream-event.ts';
