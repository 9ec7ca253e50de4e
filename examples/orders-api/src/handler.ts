import middy from '@middy/core';
import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
import { validator } from '@tabletheory/validator';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { models } from './models.ts';
import { RequestError } from './request-error.ts';
import { bodySchemas, routes } from './routes.ts';

const cursorSecret = process.env.CURSOR_SECRET;
if (!cursorSecret) throw new Error('The environment variable CURSOR_SECRET is not set: cursors are signed with it.');

export const handler = middy<APIGatewayProxyEventV2>(tableTheoryPlugin())
  .use(
    tableTheory({
      service: 'orders',
      models,
      metrics: { namespace: 'Orders' },
      dynamodb: { cursorSecret },
      validator: validator({ routes: bodySchemas }),
    }),
  )
  .handler(async (event, { tables, input, deadline, log }) => {
    const route = routes.get(event.routeKey);
    if (route === undefined) throw new RequestError(404, 'ROUTE_UNKNOWN', 'There is no such route.');
    // API Gateway has a value for each placeholder of the route it matched.
    const parameters = event.pathParameters as Record<string, string>;
    return route.handle({ parameters, query: event.queryStringParameters ?? {}, input, tables, deadline, log });
  });
