import type { Check } from './check.ts';
import { type Compile, compilerOf, type SchemaPurpose } from './compile.ts';
import { guardCheck } from './guard-check.ts';
import { inOrder } from './in-order.ts';
import type { BodyGuard } from './input.ts';
import { messagesCheck } from './messages.ts';
import type { SharedOptions } from './options.ts';
import { type PartName, partNames, parts } from './part.ts';
import { standardCheck } from './standard-check.ts';
import { isStandardSchema } from './standard-schema.ts';

/** The schemas of one route, or of all requests, and the option each was given in. */
export type Definition = Readonly<Partial<Record<PartName | 'response', { option: string; schema: object }>>>;

/** What is checked of one route's requests, in order, and of its responses. */
export interface Plan {
  readonly parts: readonly { readonly name: PartName; readonly check: Check }[];
  readonly response: Check | undefined;
}

/** The plans of one middleware. */
export interface Plans {
  readonly byRoute: ReadonlyMap<string, Plan>;
  /** Until every plain schema is compiled; stays when one is wrong, so that no request passes unvalidated. */
  pending: Promise<void> | undefined;
}

// A single value passes for a list of one, and the other way round: a query string cannot tell them apart.
const text: SchemaPurpose = { coerceTypes: 'array' };

// What a schema adds to a response or takes from it would be missing there when the caller receives it.
const asItIs: SchemaPurpose = { useDefaults: false, coerceTypes: false, removeAdditional: false };

/** Starts to compile the plain schemas among `definitions`. */
export function preparePlans(definitions: ReadonlyMap<string, Definition>, options: SharedOptions<string>): Plans {
  const compile = compilerOf(options.ajv);
  const byRoute = new Map<string, Plan>();
  const compiling: Promise<unknown>[] = [];
  for (const [route, definition] of definitions) {
    const plan = planOf(definition, compile, options);
    if (plan instanceof Promise) compiling.push(plan.then((ready) => byRoute.set(route, ready)));
    else byRoute.set(route, plan);
  }
  const plans: Plans = { byRoute, pending: undefined };
  if (compiling.length > 0) {
    plans.pending = Promise.all(compiling).then(() => {
      plans.pending = undefined;
    });
    // Every request awaits `pending` and so reports a wrong schema; unhandled, it would end the process without a log.
    plans.pending.catch(() => {});
  }
  return plans;
}

function planOf(definition: Definition, compile: Compile, options: SharedOptions<string>): Plan | Promise<Plan> {
  const names = partNames.filter((name) => definition[name] !== undefined);
  const checks = inOrder([...names, 'response'] as const, (name) => {
    const given = definition[name];
    if (given === undefined) return undefined;
    return checkOf(given, purposeOf(name, options), compile, options);
  });
  return checks instanceof Promise ? checks.then((ready) => assemblePlan(names, ready)) : assemblePlan(names, checks);
}

function assemblePlan(names: readonly PartName[], checks: readonly (Check | undefined)[]): Plan {
  return {
    parts: names.map((name, i) => {
      const check = checks[i] as Check;
      return { name, check: name === 'records' ? messagesCheck(check) : check };
    }),
    response: checks[names.length],
  };
}

function purposeOf(name: PartName | 'response', { ajv }: SharedOptions<string>): SchemaPurpose | undefined {
  if (name === 'response') return asItIs;
  return parts[name].isText && ajv?.coerceTypes === undefined ? text : undefined;
}

function checkOf(
  { option, schema }: { option: string; schema: object },
  purpose: SchemaPurpose | undefined,
  compile: Compile,
  options: SharedOptions<string>,
): Check | Promise<Check> {
  if (isStandardSchema(schema)) return standardCheck(schema, options.vendorMessages ?? false);
  if (typeof schema === 'function') return guardCheck(schema as BodyGuard, options);
  const guard = compile(option, schema, purpose);
  return guard instanceof Promise ? guard.then((ready) => guardCheck(ready, options)) : guardCheck(guard, options);
}
