import type { FunctionDescription } from './describe.ts';
import type { TemplateParameter } from './template.ts';

/** How a part of a template refers to functions. */
export interface FunctionReferences {
  readonly name: (description: FunctionDescription) => string;
  readonly arn: (description: FunctionDescription) => string;
  /** What the references need beside the functions. */
  readonly nameParameters: Readonly<Record<string, TemplateParameter>>;
  readonly arnParameters: Readonly<Record<string, TemplateParameter>>;
}

/** References to functions of the same template. */
export const sameTemplate: FunctionReferences = {
  name: ({ id }) => `\${${id}}`,
  arn: ({ id }) => `\${${id}.Arn}`,
  nameParameters: {},
  arnParameters: {},
};

/** References to functions that are deployed apart: parameters. */
export function otherTemplate(functions: readonly FunctionDescription[]): FunctionReferences {
  const parameters = (suffix: string, what: string): Record<string, TemplateParameter> =>
    Object.fromEntries(
      functions.map(({ id, name }) => [
        `${id}${suffix}`,
        { Type: 'String', Description: `The ${what} of the function ${name}` },
      ]),
    );
  return {
    name: ({ id }) => `\${${id}Name}`,
    arn: ({ id }) => `\${${id}Arn}`,
    nameParameters: parameters('Name', 'name'),
    arnParameters: parameters('Arn', 'ARN'),
  };
}
