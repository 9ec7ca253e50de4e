import type { Check, Verdict } from './check.ts';
import { cutPath, type InputProblem } from './input-error.ts';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';

/**
 * The check of one Standard Schema, which may be asynchronous.
 *
 * @param vendorMessages whether the library's messages are told. Some libraries quote values in them.
 */
export function standardCheck(schema: StandardSchema, vendorMessages: boolean): Check {
  const verdictOf = (result: StandardResult): Verdict =>
    result.issues === undefined
      ? { value: result.value }
      : { problems: result.issues.map((issue) => problemOf(issue, vendorMessages)) };
  return (value) => {
    const result = schema['~standard'].validate(value);
    // By its method: a promise of another kind, taken for a result, would have no issues.
    return 'then' in result ? Promise.resolve(result).then(verdictOf) : verdictOf(result);
  };
}

/** What zod (`code`), valibot (`type`) and arktype (`code`) call the broken rule, and what they expected. */
interface VendorIssue extends StandardIssue {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly expected?: unknown;
}

function problemOf(issue: VendorIssue, vendorMessages: boolean): InputProblem {
  const keyword = [issue.code, issue.type].find((name) => typeof name === 'string') ?? 'schema';
  const expected = typeof issue.expected === 'string' ? `must be ${issue.expected}` : 'must be valid';
  return {
    instancePath: cutPath(pointerTo(issue.path ?? [])),
    schemaPath: '',
    keyword,
    message: vendorMessages ? issue.message : expected,
  };
}

/** The path as a JSON pointer: https://www.rfc-editor.org/rfc/rfc6901 */
function pointerTo(path: NonNullable<StandardIssue['path']>): string {
  return path
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
