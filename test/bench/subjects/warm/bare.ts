import middy from '@middy/core';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { requestWorkload } from './workload.ts';

/** What of a request is Middy, the event and the handler. */
const make: MakeWorkloads = () =>
  requestWorkload(
    middy().handler(async (event: any) => {
      const order = JSON.parse(event.body);
      return { statusCode: 201, body: JSON.stringify({ orderId: order.orderId }) };
    }) as any,
  );

export default make;
