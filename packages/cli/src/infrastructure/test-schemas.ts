import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Resource, Template } from './template.ts';

// The resource schemas CloudFormation publishes, as the CDK is generated from them.
const database = loadAwsServiceSpecSync();

/**
 * What is wrong with a template by the published schemas: unknown resources, properties and attributes, properties of
 * a wrong type, required ones that are missing, references to what is not there.
 */
export function problemsOf(template: Template): string[] {
  const { Resources: resources, Parameters: parameters = {}, Outputs: outputs = {} } = template;
  const checker = new TemplateChecker(resources, new Set([...Object.keys(resources), ...Object.keys(parameters)]));
  for (const [id, resource] of Object.entries(resources)) checker.resource(id, resource);
  for (const [id, { Value }] of Object.entries(outputs)) checker.references(Value, `Outputs.${id}`);
  return checker.problems;
}

interface PropertyType {
  readonly type: string;
  readonly element?: PropertyType;
  readonly types?: readonly PropertyType[];
  readonly reference?: { readonly $ref: string };
}
type Properties = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;

class TemplateChecker {
  readonly problems: string[] = [];
  readonly #resources: Readonly<Record<string, Resource>>;
  readonly #ids: ReadonlySet<string>;

  constructor(resources: Readonly<Record<string, Resource>>, ids: ReadonlySet<string>) {
    this.#resources = resources;
    this.#ids = ids;
  }

  resource(id: string, { Type, Properties: properties, DependsOn = [] }: Resource): void {
    const schema = schemaOf(Type);
    if (schema === undefined) {
      this.problems.push(`${id}: there is no ${Type}`);
      return;
    }
    this.#object(properties, schema.properties as Properties, id);
    for (const other of DependsOn) if (!(other in this.#resources)) this.problems.push(`${id}: depends on ${other}`);
    this.references(properties, id);
  }

  references(value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'Ref') this.#reference(member, path);
      else if (key === 'Fn::GetAtt') this.#attribute(member, path);
      else if (key === 'Fn::Sub') {
        for (const [, used] of member.matchAll(/\$\{([^!}]+)\}/g)) {
          const [id, ...attribute] = used.split('.');
          if (attribute.length > 0) this.#attribute([id, attribute.join('.')], path);
          else this.#reference(id, path);
        }
      } else this.references(member, path);
    }
  }

  #reference(id: string, path: string): void {
    if (!id.startsWith('AWS::') && !this.#ids.has(id)) this.problems.push(`${path}: there is no ${id}`);
  }

  #attribute([id, name]: [string, string] | string[], path: string): void {
    const attributes = schemaOf(this.#resources[id as string]?.Type ?? '')?.attributes ?? {};
    if (!((name as string) in attributes)) this.problems.push(`${path}: ${id} has no attribute ${name}`);
  }

  #object(value: Readonly<Record<string, unknown>>, schema: Properties, path: string): void {
    for (const [name, member] of Object.entries(value)) {
      const property = schema[name];
      if (property === undefined) this.problems.push(`${path}: unknown property ${name}`);
      else if (!this.#fits(member, property.type, `${path}.${name}`)) this.problems.push(`${path}.${name}: wrong type`);
    }
    for (const [name, { required }] of Object.entries(schema)) {
      if (required && !(name in value)) this.problems.push(`${path}: ${name} is missing`);
    }
  }

  #fits(value: unknown, type: PropertyType, path: string): boolean {
    if (isIntrinsic(value)) return true;
    switch (type.type) {
      case 'string':
      case 'date-time':
        return typeof value === 'string';
      case 'integer':
        return Number.isInteger(value);
      case 'number':
        return typeof value === 'number';
      case 'boolean':
        return typeof value === 'boolean';
      case 'json':
        return typeof value === 'object';
      case 'array':
        return Array.isArray(value) && value.every((one, i) => this.#fits(one, type.element!, `${path}[${i}]`));
      case 'map':
        return isObject(value) && Object.values(value).every((one) => this.#fits(one, type.element!, path));
      case 'union':
        return type.types!.some((one) => this.#fits(value, one, path));
      case 'ref':
        if (!isObject(value)) return false;
        this.#object(value, database.get('typeDefinition', type.reference!.$ref).properties as Properties, path);
        return true;
      default:
        this.problems.push(`${path}: a type this check does not know, ${type.type}`);
        return true;
    }
  }
}

function schemaOf(type: string) {
  return database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0] as string);
}
