import { UsageError } from '../command.ts';
import type { FunctionDescription, Infrastructure } from '../infrastructure/describe.ts';
import type { FunctionReferences } from '../infrastructure/function-references.ts';
import type { Fragment } from '../infrastructure/template.ts';
import type { ApiConfig } from './api-config.ts';
import { httpApiResources } from './http-api.ts';
import { restApiResources } from './rest-api.ts';
import { type Route, routesOf } from './route.ts';

/** A route, and the function that answers it. */
export interface AnsweredRoute extends Route {
  readonly answeredBy: FunctionDescription;
}

/** The API, as resources of `AWS::ApiGatewayV2` or, for a REST API, of `AWS::ApiGateway`. */
export function apiFragment({ api, functions }: Infrastructure, references: FunctionReferences): Fragment {
  const { type = 'http' } = api as ApiConfig;
  const routes = routesOf(api as ApiConfig).map((route) => ({ ...route, answeredBy: functionOf(route, functions) }));
  const resources =
    type === 'http'
      ? httpApiResources(api as ApiConfig, routes, references)
      : restApiResources(api as ApiConfig, routes, references);
  const url = type === 'http' ? { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } : { 'Fn::Sub': REST_URL };
  return {
    parameters: references.arnParameters,
    resources,
    outputs: { ApiUrl: { Description: 'Where the API answers', Value: url } },
  };
}

const REST_URL = 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${ApiStage}';

function functionOf({ key, function: named }: Route, functions: readonly FunctionDescription[]): FunctionDescription {
  const answering =
    named === undefined && functions.length === 1 ? functions[0] : functions.find(({ name }) => name === named);
  if (answering !== undefined) return answering;
  const names = functions.map(({ name }) => name).join(', ');
  throw new UsageError(
    named === undefined
      ? `api.routes['${key}']: which function answers? There are: ${names || 'none'}.`
      : `api.routes['${key}']: there is no function ${named}. There are: ${names || 'none'}.`,
  );
}
