import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A JSON response. Sets, which JSON does not know, become arrays. */
export function jsonResponse(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  const setsToArrays = (_key: string, value: unknown) => (value instanceof Set ? [...value] : value);
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body, setsToArrays),
  };
}
