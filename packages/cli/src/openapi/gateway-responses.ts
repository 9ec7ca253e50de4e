import { type Resource, ref } from '../infrastructure/template.ts';
import { logicalId } from '../logical-id.ts';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
const RESPONSES: readonly (readonly [type: string, status: number, title: string, detail?: string])[] = [
  ['BAD_REQUEST_BODY', 400, 'Bad Request', 'The body does not match its schema.'],
  ['BAD_REQUEST_PARAMETERS', 400, 'Bad Request', 'A parameter is missing.'],
  ['MISSING_AUTHENTICATION_TOKEN', 404, 'Not Found'],
  ['REQUEST_TOO_LARGE', 413, 'Content Too Large'],
  ['UNSUPPORTED_MEDIA_TYPE', 415, 'Unsupported Media Type'],
  ['THROTTLED', 429, 'Too Many Requests'],
  ['INTEGRATION_FAILURE', 504, 'Gateway Timeout'],
  ['INTEGRATION_TIMEOUT', 504, 'Gateway Timeout'],
];

/**
 * What a REST API answers itself, as problem documents (RFC 9457). What a request held is not told:
 * `$context.error.validationErrorString` would quote it.
 */
export function gatewayResponses(): Record<string, Resource> {
  return Object.fromEntries(
    RESPONSES.map(([type, status, title, detail]) => [
      logicalId('Api', ...type.toLowerCase().split('_'), 'Response'),
      {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          RestApiId: ref('Api'),
          ResponseType: type,
          StatusCode: String(status),
          ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
          ResponseTemplates: {
            'application/json': JSON.stringify({ type: 'about:blank', title, status, ...(detail && { detail }) }),
          },
        },
      } satisfies Resource,
    ]),
  );
}
