import middy from '@middy/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { durableMode, runDurable, runStreamed, streamedMode } from '../../../test/support/modes.ts';
import { type LoggerOptions, logger } from './logger.ts';
import { onSigterm } from './sigterm.ts';
import { capture, context } from './test-destination.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  process.removeListener('SIGTERM', onSigterm);
});

const options: LoggerOptions = { buffer: {}, correlationId: 'id', logEvent: true };

describe.each([
  ['streamed', streamedMode, runStreamed],
  ['durable', durableMode, runDurable],
] as const)('in %s mode', (_name, mode, runIn) => {
  test('a request has its lines, its failure also the buffered ones', async () => {
    const out = capture(options);
    const handler = middy<{ id: string; isBroken: boolean }>(await mode())
      .use(logger(out.options))
      .handler(async (event, { log }) => {
        log.debug('kept');
        log.info('line');
        if (event.isBroken) throw new Error('broken');
        return 'ok';
      });
    expect(await runIn(handler, { id: 'e-1', isBroken: false }, context)).toBe('ok');
    await expect(runIn(handler, { id: 'e-2', isBroken: true }, context)).rejects.toThrow('broken');
    expect(out.records().map(({ correlation_id, message }) => `${correlation_id} ${message}`)).toEqual([
      'e-1 event',
      'e-1 line',
      'e-1 request',
      'e-2 event',
      'e-2 line',
      'e-2 kept',
      'e-2 request',
    ]);
    expect(out.records().every((line) => line.function_request_id === 'request-1')).toBe(true);
    expect(out.last()).toMatchObject({ function_name: 'orders', function_memory_size: 512, outcome: 'error' });
  });

  test('an early return and an error before the logger are told', async () => {
    const out = capture(options);
    const early = middy(await mode())
      .use(logger(out.options))
      .before(() => 'early')
      .handler(async () => 'late');
    expect(await runIn(early, {}, context)).toBe('early');
    expect(out.last()).toMatchObject({ outcome: 'early' });
    const refused = middy(await mode())
      .before(() => {
        throw new Error('refused');
      })
      .use(logger(out.options))
      .handler(async () => 'late');
    await expect(runIn(refused, {}, context)).rejects.toThrow('refused');
    expect(out.last()).toMatchObject({ outcome: 'error', error: { message: 'refused' } });
  });
});
