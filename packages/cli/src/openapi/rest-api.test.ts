import { describe, expect, it } from 'vitest';
import { cloudFormationTemplate } from '../infrastructure/cloudformation.ts';
import { describeInfrastructure } from '../infrastructure/describe.ts';
import { config, httpApi } from '../infrastructure/test-config.ts';
import type { ApiConfig } from './api-config.ts';

const api = config.api as ApiConfig;
const resourcesOf = (each: ApiConfig, parts: readonly 'api'[] = ['api']): Record<string, any> =>
  cloudFormationTemplate(describeInfrastructure({ ...config, api: each }), parts).Resources;
const rest = resourcesOf(api);
const http = resourcesOf(httpApi);

describe('a REST API', () => {
  it('checks requests before the function is invoked', () => {
    expect(rest.ApiCreateOrderMethod.Properties).toMatchObject({
      HttpMethod: 'POST',
      RequestModels: { 'application/json': { Ref: 'ApiCreateOrderBodyModel' } },
      RequestValidatorId: { Ref: 'ApiBodyValidator' },
    });
    expect(rest.ApiGetOrdersMethod.Properties).toMatchObject({
      RequestParameters: { 'method.request.querystring.status': true, 'method.request.querystring.limit': false },
      RequestValidatorId: { Ref: 'ApiParametersValidator' },
    });
    expect(rest.ApiGetOrdersByCustomerIdByOrderIdMethod.Properties).not.toHaveProperty('RequestValidatorId');
  });

  it('keeps responses by everything they depend on', () => {
    expect(rest.ApiGetOrdersMethod.Properties.Integration.CacheKeyParameters).toEqual([
      'method.request.querystring.status',
      'method.request.querystring.limit',
    ]);
    expect(rest.ApiCreateOrderMethod.Properties.Integration).not.toHaveProperty('CacheKeyParameters');
  });

  it('throttles, and keeps what is said to be kept', () => {
    expect(rest.ApiStage.Properties).toMatchObject({
      CacheClusterEnabled: true,
      CacheClusterSize: '0.5',
      MethodSettings: [
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 20,
          CachingEnabled: false,
        },
        { HttpMethod: 'POST', ResourcePath: '/~1orders', ThrottlingRateLimit: 10, CachingEnabled: false },
        {
          HttpMethod: 'GET',
          ResourcePath: '/~1orders',
          ThrottlingRateLimit: 100,
          CachingEnabled: true,
          CacheTtlInSeconds: 60,
          CacheDataEncrypted: true,
        },
      ],
    });
  });

  it('has each segment of its paths once, under the one before', () => {
    expect(rest.ApiOrdersPath.Properties).toEqual({
      RestApiId: { Ref: 'Api' },
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: 'orders',
    });
    expect(rest.ApiOrdersByCustomerIdByOrderIdPath.Properties).toMatchObject({
      ParentId: { Ref: 'ApiOrdersByCustomerIdPath' },
      PathPart: '{orderId}',
    });
    expect(rest.ApiByProxyRestPath.Properties.PathPart).toBe('{proxy+}');
  });

  it('refuses two paths that would be one resource', () => {
    const routes = { 'GET /order-items': { function: 'orders' }, 'POST /orderItems': { function: 'orders' } };
    expect(() => resourcesOf({ title: 'Shop', version: '1', type: 'rest', routes })).toThrow(
      'ApiOrderItemsPath would name two resources',
    );
  });

  it('is deployed anew when anything has changed', () => {
    const deployment = (resources: Record<string, any>) =>
      Object.keys(resources).find((id) => id.startsWith('ApiDeployment'));
    const { 'POST /orders': create, ...others } = api.routes;
    const changed = { ...api, routes: { ...others, 'POST /orders': { ...create, body: { type: 'object' } } } };
    expect(deployment(resourcesOf(api))).toBe(deployment(rest));
    expect(deployment(resourcesOf(changed))).not.toBe(deployment(rest));
    expect(rest[deployment(rest)!].DependsOn).toContain('ApiCreateOrderMethod');
  });

  it('answers with problem documents that quote nothing of the request', () => {
    expect(rest.ApiBadRequestBodyResponse.Properties).toEqual({
      RestApiId: { Ref: 'Api' },
      ResponseType: 'BAD_REQUEST_BODY',
      StatusCode: '400',
      ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
      ResponseTemplates: {
        'application/json':
          '{"type":"about:blank","title":"Bad Request","status":400,"detail":"The body does not match its schema."}',
      },
    });
    expect(JSON.stringify(rest)).not.toContain('$context');
  });
});

describe('an HTTP API', () => {
  it('has its routes, answered by functions', () => {
    expect(http.ApiCreateOrderRoute.Properties).toEqual({
      ApiId: { Ref: 'Api' },
      RouteKey: 'POST /orders',
      OperationName: 'createOrder',
      Target: { 'Fn::Sub': 'integrations/${ApiOrdersIntegration}' },
    });
    expect(http.ApiOrdersIntegration.Properties).toMatchObject({
      IntegrationUri: { Ref: 'OrdersFunctionArn' },
      PayloadFormatVersion: '2.0',
    });
    expect(http.ApiDefaultRoute.Properties).toMatchObject({
      RouteKey: '$default',
      Target: { 'Fn::Sub': 'integrations/${ApiCleanUpIntegration}' },
    });
  });

  it('throttles', () => {
    expect(http.ApiStage).toMatchObject({
      DependsOn: ['ApiCreateOrderRoute'],
      Properties: {
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 20 },
        RouteSettings: { 'POST /orders': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5 } },
      },
    });
  });
});

it.each([
  [undefined, "api.routes['GET /a']: which function answers? There are: orders, clean-up."],
  ['order', "api.routes['GET /a']: there is no function order. There are: orders, clean-up."],
])('a route must have a function that answers: %s', (named, message) => {
  const routes = { 'GET /a': { ...(named !== undefined && { function: named }) } };
  expect(() => resourcesOf({ title: 'Shop', version: '1', routes })).toThrow(message);
});
