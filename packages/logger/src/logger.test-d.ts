import middy from '@middy/core';
import type { Logger } from 'pino';
import { type LoggerOptions, logger } from './index.ts';

middy()
  .use(logger({ service: 'orders', level: 'debug', base: { stage: 'test' }, redact: ['a.b'] }))
  .handler(async (_event, context) => {
    const log: Logger = context.log;
    log.info({ orderId: 'o-1' }, 'order created');
    context.getRemainingTimeInMillis();
    // @ts-expect-error no such key without contextKey
    context.journal.info('x');
  });

middy()
  .use(logger({ contextKey: 'journal' }))
  .handler(async (_event, context) => {
    context.journal.info('x');
    // @ts-expect-error the logger is under `journal`
    context.log.info('x');
  });

// @ts-expect-error not a level
export const wrongLevel: LoggerOptions = { level: 'loud' };
// @ts-expect-error not an option
export const wrongOption: LoggerOptions = { servcie: 'orders' };

logger({ sampleRate: 0.1, buffer: { level: 'info', maxBytes: 1_000 }, logEvent: true, correlationId: 'id' });
logger({ correlationId: (event, context) => `${event.id} ${context.awsRequestId}` });
// @ts-expect-error an error cannot be kept back
logger({ buffer: { level: 'error' } });
// @ts-expect-error an id is text
logger({ correlationId: () => 1 });
