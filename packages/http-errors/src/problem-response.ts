import { type HttpEvent, isFromLoadBalancer } from './http-event.ts';
import type { Problem } from './problem.ts';

/**
 * The response that tells a problem, in the shape the sender of the event takes. API Gateway, in both of its payload
 * formats, and function URLs take the same one.
 */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>>, event: HttpEvent): object {
  const { status, title } = problem;
  const all = { 'content-type': 'application/problem+json', ...headers };
  const body = JSON.stringify(problem);
  if (!isFromLoadBalancer(event)) return { statusCode: status, headers: all, body };
  // A target group with multi-value headers sends and takes no others.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer
  const multiValue = event.multiValueHeaders != null;
  return {
    statusCode: status,
    statusDescription: `${status} ${title}`,
    isBase64Encoded: false,
    ...(multiValue ? { multiValueHeaders: listed(all) } : { headers: all }),
    body,
  };
}

function listed(headers: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}
