import middy from '@middy/core';
import { httpErrors } from './middleware.ts';

middy()
  .use(httpErrors({ statuses: { OUT_OF_STOCK: 409 } }))
  .handler(async (_event, context) => context.awsRequestId);

// @ts-expect-error a status is a number
httpErrors({ statuses: { OUT_OF_STOCK: '409' } });
// @ts-expect-error no such option
httpErrors({ logger: console });
