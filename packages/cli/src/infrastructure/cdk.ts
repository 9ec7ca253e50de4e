import { logicalId } from '../logical-id.ts';
import { docComment, quoted } from '../typescript-text.ts';
import type { Resource, Template, TemplateParameter } from './template.ts';

/** What the source has these names for already, so that the class cannot have them. */
export const CDK_NAMES: ReadonlySet<string> = new Set(['Aws', 'Construct', 'Fn', 'RemovalPolicy']);

const MODULES: Readonly<Record<string, string>> = {
  ApiGateway: 'apigateway',
  ApiGatewayV2: 'apigatewayv2',
  CloudWatch: 'cloudwatch',
  DynamoDB: 'dynamodb',
  EC2: 'ec2',
  IAM: 'iam',
  Lambda: 'lambda',
  Logs: 'logs',
};

/**
 * A construct of the AWS CDK (`aws-cdk-lib` 2) in TypeScript with what a template has: one level 1 construct a
 * resource, a property of the construct each; the template's parameters are its props.
 *
 * @param name the name of the class.
 *
 * @example
 * const source = cdkConstruct(cloudFormationTemplate(infrastructure), 'OrdersInfrastructure');
 */
export function cdkConstruct(template: Template, name = 'TableTheoryInfrastructure'): string {
  const { Parameters: parameters = {}, Resources: resources, Description: description } = template;
  const writer = new CdkWriter(parameters, resources);
  const statements = Object.entries(resources).map(([id, resource]) => writer.resource(id, resource));
  const fields = Object.entries(resources).map(
    ([id, { Type }]) => `  readonly ${camelCase(id)}: ${constructOf(Type)};`,
  );
  const modules = [...new Set(Object.values(resources).map(({ Type }) => moduleOf(Type)))].sort();
  const imports = [
    ...['Aws', 'Fn', 'RemovalPolicy'].filter((core) => statements.some((text) => text.includes(`${core}.`))),
    ...modules.map((module) => `aws_${module} as ${module}`),
  ];
  const takesProps = Object.keys(parameters).length > 0;
  return [
    'import {',
    ...imports.map((imported) => `  ${imported},`),
    "} from 'aws-cdk-lib';",
    "import { Construct } from 'constructs';",
    '',
    ...(takesProps ? propsInterface(`${name}Props`, parameters) : []),
    docComment(`${description}.`),
    `export class ${name} extends Construct {`,
    ...fields,
    '',
    `  constructor(scope: Construct, id: string${takesProps ? `, props: ${name}Props` : ''}) {`,
    '    super(scope, id);',
    ...statements.map((statement) => indent(statement, 2)),
    '  }',
    '}',
    '',
  ].join('\n');
}

function propsInterface(name: string, parameters: Readonly<Record<string, TemplateParameter>>): string[] {
  return [
    `export interface ${name} {`,
    ...Object.entries(parameters).flatMap(([id, { Type, Description }]) => [
      `  ${docComment(`${Description}.`)}`,
      `  readonly ${camelCase(id)}: ${/List/.test(Type) ? 'string[]' : 'string'};`,
    ]),
    '}',
    '',
  ];
}

function moduleOf(type: string): string {
  const [, service = ''] = type.split('::');
  const module = MODULES[service];
  if (module === undefined) throw new TypeError(`There is no CDK module for ${type}`);
  return module;
}

function constructOf(type: string): string {
  return `${moduleOf(type)}.Cfn${type.split('::')[2]}`;
}

/** `sseSpecification` of `SSESpecification`, as the CDK has it. */
function camelCase(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

// Their members are not CloudFormation's but a document's of its own.
const DOCUMENTS = new Set([
  'AssumeRolePolicyDocument',
  'PolicyDocument',
  'RequestModels',
  'RequestParameters',
  'ResponseParameters',
  'ResponseTemplates',
  'RouteSettings',
  'Schema',
  'Variables',
]);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

class CdkWriter {
  readonly #parameters: Readonly<Record<string, TemplateParameter>>;
  readonly #resources: Readonly<Record<string, Resource>>;

  constructor(parameters: Readonly<Record<string, TemplateParameter>>, resources: Readonly<Record<string, Resource>>) {
    this.#parameters = parameters;
    this.#resources = resources;
  }

  resource(id: string, { Type, DependsOn = [], DeletionPolicy, Properties }: Resource): string {
    const self = `this.${camelCase(id)}`;
    return [
      `${self} = new ${constructOf(Type)}(this, ${quoted(id)}, ${this.#value(Properties, false)});`,
      ...(DeletionPolicy === undefined
        ? []
        : [`${self}.applyRemovalPolicy(RemovalPolicy.${DeletionPolicy === 'Retain' ? 'RETAIN' : 'DESTROY'});`]),
      ...DependsOn.map((other) => `${self}.addDependency(this.${camelCase(other)});`),
    ].join('\n');
  }

  #value(value: unknown, verbatim: boolean): string {
    if (typeof value === 'string') return quoted(value);
    if (Array.isArray(value)) {
      return value.length === 0
        ? '[]'
        : `[\n${value.map((one) => `${indent(this.#value(one, verbatim), 1)},\n`).join('')}]`;
    }
    if (typeof value !== 'object' || value === null) return String(value);
    const entries = Object.entries(value);
    const [first] = entries;
    if (first !== undefined && entries.length === 1) {
      const intrinsic = this.#intrinsic(first[0], first[1]);
      if (intrinsic !== undefined) return intrinsic;
    }
    const members = entries.map(([key, member]) => {
      const name = verbatim ? key : camelCase(key);
      const text = this.#value(member, verbatim || DOCUMENTS.has(key));
      return `${indent(`${IDENTIFIER.test(name) ? name : quoted(name)}: ${text}`, 1)},\n`;
    });
    return members.length === 0 ? '{}' : `{\n${members.join('')}}`;
  }

  #intrinsic(name: string, argument: unknown): string | undefined {
    if (name === 'Ref') return this.#reference(argument as string);
    if (name === 'Fn::GetAtt') {
      const [id, attribute] = argument as [string, string];
      return `this.${camelCase(id)}.attr${attribute}`;
    }
    if (name !== 'Fn::Sub') return undefined;
    const text = argument as string;
    // The ids of the template are not those of the CDK's, so each is handed over by name.
    const own = new Set(
      [...text.matchAll(/\$\{([A-Z][A-Za-z0-9]*(?:\.[A-Za-z]+)?)\}/g)].map(([, used]) => used as string),
    );
    if (own.size === 0) return `Fn.sub(${quoted(text)})`;
    const variables = [...own].map((used) => {
      const [id = '', attribute] = used.split('.');
      return `${logicalId(used)}: ${attribute === undefined ? this.#reference(id) : `this.${camelCase(id)}.attr${attribute}`}`;
    });
    const renamed = text.replace(/\$\{([A-Z][A-Za-z0-9]*\.[A-Za-z]+)\}/g, (_, used) => `\${${logicalId(used)}}`);
    return `Fn.sub(${quoted(renamed)}, { ${variables.join(', ')} })`;
  }

  #reference(id: string): string {
    if (id.startsWith('AWS::')) {
      return `Aws.${id
        .slice(5)
        .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
        .toUpperCase()}`;
    }
    if (id in this.#parameters) return `props.${camelCase(id)}`;
    if (id in this.#resources) return `this.${camelCase(id)}.ref`;
    throw new TypeError(`The template has no ${id}`);
  }
}

function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, '  '.repeat(by));
}
