import { setTimeout as wait } from 'node:timers/promises';
import { route } from '../route.ts';

/**
 * Never finishes by itself. It shows what the deadline does: the read or the wait it strikes in is aborted, and the
 * client gets an answer before Lambda would kill the process.
 */
export const slow = route({
  key: 'GET /slow',
  async handle({ tables, deadline }) {
    for (;;) {
      await tables.orders.where('status', '=', 'open').index('byStatus').count();
      await wait(200, undefined, { signal: deadline.signal });
    }
  },
});
