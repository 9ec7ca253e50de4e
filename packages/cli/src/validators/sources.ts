import type { AnyModel, Models } from '@tabletheory/core';
import type { ApiConfig } from '../openapi/api-config.ts';
import { routesOf } from '../openapi/route.ts';
import type { ValidatorSource } from './standalone.ts';

const KINDS = ['new', 'key', 'update'] as const;

/** The schemas of models: `order-new`, `order-key` and `order-update`. */
export function modelSources(models: Models): ValidatorSource[] {
  return (Object.values(models) as AnyModel[]).flatMap((model) =>
    KINDS.map((kind) => ({ name: `${kebab(model.name)}-${kind}`, schema: model.jsonSchema(kind) })),
  );
}

/** The schemas of an API's routes: `create-order-body`. */
export function routeSources(api: ApiConfig): ValidatorSource[] {
  return routesOf(api).flatMap(({ operationId, body, query, pathSchema, headers }) => {
    const name = kebab(operationId);
    return [
      ...(body === undefined ? [] : [{ name: `${name}-body`, schema: body }]),
      ...(query === undefined ? [] : [{ name: `${name}-query`, schema: query, isText: true }]),
      ...(pathSchema === undefined ? [] : [{ name: `${name}-path`, schema: pathSchema, isText: true }]),
      ...(headers === undefined ? [] : [{ name: `${name}-headers`, schema: headers, isText: true }]),
    ];
  });
}

function kebab(name: string): string {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}
