import { createHash } from 'node:crypto';
import type { FunctionReferences } from '../infrastructure/function-references.ts';
import { attribute, type Resource, ref, text, withoutClash } from '../infrastructure/template.ts';
import { logicalId } from '../logical-id.ts';
import type { ApiConfig } from './api-config.ts';
import type { AnsweredRoute } from './cloudformation-api.ts';
import { gatewayResponses } from './gateway-responses.ts';
import { invokePermissions } from './invoke-permission.ts';
import { validatorOf } from './openapi.ts';
import { requestModels } from './request-models.ts';
import { throttlingLimits } from './throttling-limits.ts';

const VALIDATORS = {
  body: { id: 'ApiBodyValidator', ValidateRequestBody: true, ValidateRequestParameters: false },
  parameters: { id: 'ApiParametersValidator', ValidateRequestBody: false, ValidateRequestParameters: true },
  all: { id: 'ApiValidator', ValidateRequestBody: true, ValidateRequestParameters: true },
};

/** A REST API: routes to functions, with the validation of requests, throttling and a cache. */
export function restApiResources(
  api: ApiConfig,
  routes: readonly AnsweredRoute[],
  references: FunctionReferences,
): Record<string, Resource> {
  const validators = new Set(routes.flatMap((route) => validatorOf(route) ?? []));
  const methods = Object.fromEntries(
    routes.map((route) => [logicalId('Api', route.operationId, 'Method'), methodResource(route, references)]),
  );
  const before: Record<string, Resource> = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: api.title } },
    ...pathResources(routes),
    ...Object.fromEntries(
      Object.entries(requestModels(api)).map(([name, Schema]) => [
        modelId(name),
        {
          Type: 'AWS::ApiGateway::Model',
          Properties: { RestApiId: ref('Api'), Name: name, ContentType: 'application/json', Schema },
        } satisfies Resource,
      ]),
    ),
    ...Object.fromEntries(
      [...validators].map((name) => {
        const { id, ...checks } = VALIDATORS[name];
        return [id, { Type: 'AWS::ApiGateway::RequestValidator', Properties: { RestApiId: ref('Api'), ...checks } }];
      }),
    ),
    ...gatewayResponses(),
    ...methods,
  };
  // A deployment is what the API was when it was made: one of another name is made when anything has changed.
  const hash = createHash('sha256').update(JSON.stringify(before)).digest('hex').slice(0, 8);
  const deployment = `ApiDeployment${hash}`;
  return {
    ...before,
    [deployment]: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: Object.keys(before).filter((id) => id.endsWith('Method') || id.endsWith('Response')),
      Properties: { RestApiId: ref('Api') },
    },
    ApiStage: stageResource(api, routes, deployment),
    ...invokePermissions([...new Set(routes.map(({ answeredBy }) => answeredBy))], references),
  };
}

function modelId(name: string): string {
  return logicalId('Api', name, 'Model');
}

/** The id of the resource of a path; the root is the API's own. */
function pathId(segments: readonly string[]): string {
  // A placeholder and a word may be the same but for the braces.
  return logicalId('Api', ...segments.map((segment) => segment.replace('{', 'by-').replace('+}', '-rest')), 'Path');
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function pathResources(routes: readonly AnsweredRoute[]): Record<string, Resource> {
  // By their paths, as a segment that several routes begin with is one resource.
  const resources = new Map<string, readonly [id: string, resource: Resource]>();
  for (const { path } of routes) {
    const segments = segmentsOf(path);
    for (const [i, segment] of segments.entries()) {
      const id = pathId(segments.slice(0, i + 1));
      const resource: Resource = {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId: ref('Api'), ParentId: resourceOf(segments.slice(0, i)), PathPart: segment },
      };
      resources.set(segments.slice(0, i + 1).join('/'), [id, resource]);
    }
  }
  return withoutClash(resources.values());
}

function resourceOf(segments: readonly string[]): object {
  return segments.length === 0 ? attribute('Api', 'RootResourceId') : ref(pathId(segments));
}

function methodResource(route: AnsweredRoute, references: FunctionReferences): Resource {
  const { method, path, operationId, body, answeredBy, cacheTtl } = route;
  const validator = validatorOf(route);
  const parameters = requestParameters(route);
  const invoke = `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${references.arn(answeredBy)}/invocations`;
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: ref('Api'),
      ResourceId: resourceOf(segmentsOf(path)),
      HttpMethod: method,
      OperationName: operationId,
      AuthorizationType: 'NONE',
      ...(Object.keys(parameters).length > 0 && { RequestParameters: parameters }),
      ...(body !== undefined && {
        RequestModels: { 'application/json': ref(modelId(logicalId(operationId, 'Body'))) },
      }),
      ...(validator !== undefined && { RequestValidatorId: ref(VALIDATORS[validator].id) }),
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: text(invoke),
        // Without them every query string would have the response of the first.
        ...(cacheTtl !== undefined && { CacheKeyParameters: Object.keys(parameters) }),
      },
    },
  };
}

/** What a method reads, and whether it must be there. */
function requestParameters({ placeholders, query, headers }: AnsweredRoute): Record<string, boolean> {
  const named = (where: string, schema: AnsweredRoute['query']): (readonly [string, boolean])[] =>
    Object.keys(schema?.properties ?? {}).map((name) => [
      `method.request.${where}.${name}`,
      schema?.required?.includes(name) ?? false,
    ]);
  return Object.fromEntries([
    ...placeholders.map((name) => [`method.request.path.${name}`, true] as const),
    ...named('querystring', query),
    ...named('header', headers),
  ]);
}

function stageResource(api: ApiConfig, routes: readonly AnsweredRoute[], deployment: string): Resource {
  const settings = [
    ...(api.throttling === undefined
      ? []
      : [{ HttpMethod: '*', ResourcePath: '/*', ...throttlingLimits(api.throttling), CachingEnabled: false }]),
    ...routes
      .filter(({ throttling, cacheTtl }) => throttling !== undefined || cacheTtl !== undefined)
      .map(({ method, path, throttling = api.throttling, cacheTtl }) => ({
        HttpMethod: method,
        ResourcePath: path === '/' ? '/' : `/${path.replaceAll('/', '~1')}`,
        ...(throttling && throttlingLimits(throttling)),
        CachingEnabled: cacheTtl !== undefined,
        ...(cacheTtl !== undefined && { CacheTtlInSeconds: cacheTtl, CacheDataEncrypted: true }),
      })),
  ];
  return {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      RestApiId: ref('Api'),
      DeploymentId: ref(deployment),
      StageName: 'live',
      TracingEnabled: true,
      ...(api.cache && { CacheClusterEnabled: true, CacheClusterSize: api.cache.size ?? '0.5' }),
      ...(settings.length > 0 && { MethodSettings: settings }),
    },
  };
}
