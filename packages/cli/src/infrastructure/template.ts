import { UsageError } from '../command.ts';

/** A CloudFormation template: what the generators here write of its format. */
export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Description: string; readonly Value: unknown }>>;
}

/** A parameter of a template. */
export interface TemplateParameter {
  readonly Type: string;
  readonly Description: string;
  readonly NoEcho?: boolean;
}

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: 'Retain' | 'Delete';
  readonly UpdateReplacePolicy?: 'Retain' | 'Delete';
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A part of a template. */
export interface Fragment {
  readonly parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs?: Template['Outputs'] & {};
}

/**
 * What belongs to a template, by its names: resources and parameters.
 *
 * @throws UsageError when two would have one name.
 */
export function withoutClash<T>(entries: Iterable<readonly [id: string, one: T]>): Record<string, T> {
  const all: Record<string, T> = {};
  for (const [id, one] of entries) {
    if (Object.hasOwn(all, id)) {
      throw new UsageError(`${id} would name two resources or parameters: give one another name.`);
    }
    all[id] = one;
  }
  return all;
}

/** The value of another resource, parameter or pseudo parameter. */
export function ref(id: string): { readonly Ref: string } {
  return { Ref: id };
}

/** An attribute of another resource. */
export function attribute(id: string, name: string): { readonly 'Fn::GetAtt': readonly [string, string] } {
  return { 'Fn::GetAtt': [id, name] };
}

const ONE_REFERENCE = /^\$\{([A-Za-z0-9:]+)\}$/;

/**
 * Text with references in it, `${OrdersTable}` or `${AWS::Region}`; without any it stays a text. References of IAM, such
 * as `${aws:PrincipalTag/tenant}`, and others that are no CloudFormation's stay as they are.
 */
export function text(value: string): unknown {
  const [, only] = ONE_REFERENCE.exec(value) ?? [];
  if (only !== undefined && !/^[a-z]/.test(only)) return ref(only);
  const escaped = value.replace(/\$\{(?![A-Z][A-Za-z0-9]*(?:::[A-Za-z]+)?(?:\.[A-Za-z]+)?\})/g, '${!');
  if (!/\$\{[A-Z]/.test(escaped)) return value;
  return { 'Fn::Sub': escaped };
}

/** Every text in a value, as {@link text} makes it. */
export function texts(value: unknown): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, texts(member)]));
}
