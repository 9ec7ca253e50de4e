import { logicalId } from '../logical-id.ts';
import type { ApiConfig } from './api-config.ts';
import { routesOf } from './route.ts';

const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';

/**
 * The models API Gateway checks the bodies of a REST API's requests against, by their names: JSON Schema draft-04.
 *
 * A model is never stricter than its schema. What draft-04 or API Gateway does not know is left out, so that
 * `@tabletheory/validator` remains what decides.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function requestModels(api: ApiConfig): Record<string, object> {
  return Object.fromEntries(
    routesOf(api).flatMap(({ body, operationId }) => {
      if (body === undefined) return [];
      const name = logicalId(operationId, 'Body');
      return [[name, { $schema: DRAFT_04, title: name, ...(draft04(body) as object) }]];
    }),
  );
}

const KEPT = [
  'enum',
  'title',
  'description',
  'default',
  'required',
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
] as const;
const OF_SCHEMAS = ['properties', 'patternProperties', 'definitions', '$defs'] as const;
const LISTS = ['allOf', 'anyOf'] as const;

function draft04(schema: unknown): unknown {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  const from = schema as Record<string, any>;
  // Beside a reference draft-04 sees nothing else, and one to elsewhere API Gateway cannot follow.
  if (typeof from.$ref === 'string') {
    return from.$ref.startsWith('#') ? { $ref: from.$ref.replace('#/$defs/', '#/definitions/') } : {};
  }
  const to: Record<string, unknown> = typeOf(from.type);
  for (const keyword of KEPT) if (from[keyword] !== undefined) to[keyword] = from[keyword];
  if (Array.isArray(to.required) && to.required.length === 0) delete to.required;
  if (from.const !== undefined) to.enum = [from.const];
  // Where the bound itself is excluded, it is let through here.
  const { minimum = from.exclusiveMinimum, maximum = from.exclusiveMaximum } = from;
  if (minimum !== undefined) to.minimum = minimum;
  if (maximum !== undefined) to.maximum = maximum;
  for (const keyword of OF_SCHEMAS) {
    if (from[keyword] === undefined) continue;
    const schemas = Object.entries(from[keyword]).map(([name, each]) => [name, draft04(each)]);
    to[keyword === '$defs' ? 'definitions' : keyword] = Object.fromEntries(schemas);
  }
  for (const keyword of LISTS) if (from[keyword] !== undefined) to[keyword] = from[keyword].map(draft04);
  // Of alternatives that let more through than the schema's, more than one may match.
  if (from.oneOf !== undefined && to.anyOf === undefined) to.anyOf = from.oneOf.map(draft04);
  const { items, additionalProperties } = from;
  if (items !== undefined && !Array.isArray(items) && from.prefixItems === undefined) to.items = draft04(items);
  if (additionalProperties !== undefined) {
    to.additionalProperties = additionalProperties === false ? false : draft04(additionalProperties);
  }
  return to;
}

/** In draft-04 `1.0` is no integer; in later drafts, and to JavaScript, it is. */
function typeOf(type: string | readonly string[] | undefined): Record<string, unknown> {
  if (type === undefined) return {};
  const types = [type].flat();
  if (!types.includes('integer') || types.includes('number')) return { type };
  const number = types.map((one) => (one === 'integer' ? 'number' : one));
  return { type: typeof type === 'string' ? 'number' : number, multipleOf: 1 };
}
