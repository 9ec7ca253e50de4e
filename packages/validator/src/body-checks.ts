import { type BodyCheck, checkBody } from './check-body.ts';
import { compile } from './compile.ts';
import type { BodyGuard } from './input.ts';
import type { SharedOptions } from './options.ts';

/** The checks of one middleware, by the name they are looked up with. */
export interface BodyChecks {
  readonly byName: ReadonlyMap<string, BodyCheck>;
  /** Until every plain schema is compiled; stays when one is wrong, so that no request passes unvalidated. */
  pending: Promise<void> | undefined;
}

/** @param optionOf names the option a schema was given in. */
export function prepareChecks(
  schemas: Readonly<Record<string, object>>,
  optionOf: (name: string) => string,
  options: SharedOptions<string>,
): BodyChecks {
  const byName = new Map<string, BodyCheck>();
  const compiling: Promise<void>[] = [];
  for (const [name, schema] of Object.entries(schemas)) {
    if (typeof schema === 'function') byName.set(name, checkBody(schema as BodyGuard, options));
    else {
      const compiled = compile(optionOf(name), schema, options.ajv);
      compiling.push(compiled.then((guard) => void byName.set(name, checkBody(guard, options))));
    }
  }
  const checks: BodyChecks = { byName, pending: undefined };
  if (compiling.length > 0) {
    checks.pending = Promise.all(compiling).then(() => {
      checks.pending = undefined;
    });
    // Every request awaits `pending` and so reports a wrong schema; unhandled, it would end the process without a log.
    checks.pending.catch(() => {});
  }
  return checks;
}
