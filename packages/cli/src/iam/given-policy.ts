import { UsageError } from '../command.ts';
import { readJson } from '../read-text.ts';
import type { PolicyCondition } from './policy.ts';

/** A statement of a policy that someone wrote. */
export interface GivenStatement {
  /** Its Sid, or its place. */
  readonly name: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** `NotAction`: it is about all actions but these. */
  readonly notAction: boolean;
  readonly resources: readonly string[];
  /** `NotResource`: it is about all resources but these. */
  readonly notResource: boolean;
  readonly condition: PolicyCondition;
}

/**
 * Reads a policy: a document, or an answer of the AWS CLI or a CloudFormation property that has one in it.
 *
 * @throws UsageError when it is none.
 */
export function readPolicy(file: string): GivenStatement[] {
  const given: any = readJson(file);
  const document = given?.PolicyVersion?.Document ?? given?.PolicyDocument ?? given;
  if (document?.Statement === undefined) throw new UsageError(`${file} is no policy: it has no Statement.`);
  return listed(document.Statement).map((statement: any, i) => {
    const name = statement.Sid ?? `statement ${i + 1}`;
    return {
      name,
      allows: statement.Effect === 'Allow',
      actions: listed(statement.Action ?? statement.NotAction ?? []),
      notAction: statement.NotAction !== undefined,
      resources: listed(statement.Resource ?? statement.NotResource ?? []).map((one) => resourceText(one, name, file)),
      notResource: statement.NotResource !== undefined,
      condition: conditionOf(statement.Condition ?? {}),
    };
  });
}

function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function conditionOf(condition: Record<string, Record<string, string | readonly string[]>>): PolicyCondition {
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, [...listed(values)].sort()])),
    ]),
  );
}

/** A resource as text: that of `Fn::Sub` is its template. */
function resourceText(resource: unknown, name: string, file: string): string {
  if (typeof resource === 'string') return resource;
  const template = (resource as Record<string, unknown> | null)?.['Fn::Sub'];
  if (typeof template === 'string') return template.replaceAll('${!', '${');
  throw new UsageError(`${file}, ${name}: a resource is neither text nor Fn::Sub of a text, and cannot be compared.`);
}
