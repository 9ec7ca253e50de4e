import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpApiEvent } from './http-api.ts';

declare const event: HttpApiEvent;
export const accepted: APIGatewayProxyEventV2 = event;
