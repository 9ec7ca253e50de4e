import type { FunctionDescription } from '../infrastructure/describe.ts';
import type { FunctionReferences } from '../infrastructure/function-references.ts';
import { type Resource, ref, text } from '../infrastructure/template.ts';
import { logicalId } from '../logical-id.ts';
import type { ApiConfig, Throttling } from './api-config.ts';
import type { AnsweredRoute } from './cloudformation-api.ts';
import { invokePermissions } from './invoke-permission.ts';
import { throttlingLimits } from './throttling-limits.ts';

/** An HTTP API: routes to functions, with throttling. */
export function httpApiResources(
  { title, throttling }: ApiConfig,
  routes: readonly AnsweredRoute[],
  references: FunctionReferences,
): Record<string, Resource> {
  const functions = [...new Set(routes.map(({ answeredBy }) => answeredBy))];
  const integration = ({ stem }: FunctionDescription): string => `Api${stem}Integration`;
  const routeId = (operationId: string): string => logicalId('Api', operationId, 'Route');
  const throttled = routes.filter((route) => route.throttling !== undefined);
  const settings = throttled.map(({ key, throttling: own }) => [key, throttlingLimits(own as Throttling)]);
  return {
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: title, ProtocolType: 'HTTP' },
    },
    ...Object.fromEntries(
      functions.map((answering) => [
        integration(answering),
        {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            ApiId: ref('Api'),
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: text(references.arn(answering)),
            PayloadFormatVersion: '2.0',
          },
        } satisfies Resource,
      ]),
    ),
    ...Object.fromEntries(
      routes.map(({ key, operationId, answeredBy }) => [
        routeId(operationId),
        {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId: ref('Api'),
            RouteKey: key,
            ...(key !== '$default' && { OperationName: operationId }),
            Target: text(`integrations/\${${integration(answeredBy)}}`),
          },
        } satisfies Resource,
      ]),
    ),
    ApiStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      // The settings of a route need the route.
      ...(throttled.length > 0 && { DependsOn: throttled.map(({ operationId }) => routeId(operationId)) }),
      Properties: {
        ApiId: ref('Api'),
        StageName: '$default',
        AutoDeploy: true,
        ...(throttling && { DefaultRouteSettings: throttlingLimits(throttling) }),
        ...(settings.length > 0 && { RouteSettings: Object.fromEntries(settings) }),
      },
    },
    ...invokePermissions(functions, references),
  };
}
