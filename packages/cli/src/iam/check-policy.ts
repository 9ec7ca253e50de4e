import type { GivenStatement } from './given-policy.ts';
import type { PolicyCondition, PolicyDocument } from './policy.ts';
import { actionsMatching, globPattern, isKnownService, matches } from './service-actions.ts';

/** What is wrong with a policy. */
export interface PolicyFinding {
  /** `missing`: the function needs it, and is not allowed it. `wide`: it is allowed, and not needed. */
  readonly kind: 'missing' | 'wide';
  readonly message: string;
}

/** One action on one resource. */
interface Need {
  readonly action: string;
  readonly resource: string;
  readonly condition: PolicyCondition | undefined;
}

/**
 * Compares a policy that someone wrote with what a function needs. Statements on other services than DynamoDB, KMS and
 * X-Ray are left alone.
 */
export function checkPolicy(needed: PolicyDocument, given: readonly GivenStatement[]): PolicyFinding[] {
  const needs = needed.Statement.flatMap(({ Action, Resource, Condition }) =>
    Action.flatMap((action) => Resource.map((resource): Need => ({ action, resource, condition: Condition }))),
  );
  return [
    ...needs.flatMap((need) => missing(need, given)),
    ...given.filter(({ allows }) => allows).flatMap((statement) => wide(statement, needs)),
  ];
}

function missing({ action, resource, condition }: Need, given: readonly GivenStatement[]): PolicyFinding[] {
  const about = given.filter((statement) => covers(statement, action, resource));
  const what = `${action} on ${shortArn(resource)}`;
  const denied = about.find(({ allows, condition: under }) => !allows && Object.keys(under).length === 0);
  if (denied !== undefined) return [{ kind: 'missing', message: `${what} is denied by ${denied.name}` }];
  const allowing = about.filter(({ allows }) => allows);
  if (allowing.some((one) => permits(one.condition, condition))) return [];
  const [narrow] = allowing;
  if (narrow === undefined) return [{ kind: 'missing', message: `${what} is not allowed` }];
  return [{ kind: 'missing', message: `${what} is allowed by ${narrow.name} under another condition only` }];
}

function covers(statement: GivenStatement, action: string, resource: string): boolean {
  const { actions, notAction, resources, notResource } = statement;
  return (
    actions.some((one) => matches(one, action)) !== notAction &&
    resources.some((one) => coversArn(one, resource)) !== notResource
  );
}

/** Whether what a statement demands is no more than what is needed demands. */
function permits(given: PolicyCondition, needed: PolicyCondition | undefined): boolean {
  const own = leadingKeysOf(given);
  if (own === undefined) return true;
  const wanted = leadingKeysOf(needed ?? {});
  return wanted?.every((key) => own.some((pattern) => pattern === key || globPattern(pattern).test(key))) ?? false;
}

function leadingKeysOf(condition: PolicyCondition): readonly string[] | undefined {
  return Object.values(condition).find((keys) => keys['dynamodb:LeadingKeys'])?.['dynamodb:LeadingKeys'];
}

function wide(statement: GivenStatement, needs: readonly Need[]): PolicyFinding[] {
  const { name, actions, notAction, resources, notResource, condition } = statement;
  const finding = (message: string): PolicyFinding => ({ kind: 'wide', message: `${name}: ${message}` });
  if (notAction || notResource) return [finding('NotAction and NotResource allow all but what they name')];
  const about = actions.filter(isKnownService);
  const findings = about.flatMap((action) => wideAction(action, needs).map(finding));
  for (const resource of resources) {
    const used = about.flatMap(actionsMatching).filter((action) => needs.some((need) => same(need.action, action)));
    const unneeded = [...new Set(used)].filter(
      (action) => !needs.some((need) => same(need.action, action) && sameArn(resource, need.resource)),
    );
    if (unneeded.length > 0) findings.push(finding(`${unneeded.join(', ')} on ${shortArn(resource)} is not needed`));
    else if (used.length > 0) findings.push(...openPlace(resource).map(finding));
    const unlimited = [...new Set(used)].filter((action) => isUnlimited(action, resource, condition, needs));
    if (unlimited.length > 0) {
      findings.push(
        finding(`${unlimited.join(', ')} on ${shortArn(resource)} is not limited by dynamodb:LeadingKeys as it can be`),
      );
    }
  }
  return findings;
}

const SHOWN = 3;

function wideAction(pattern: string, needs: readonly Need[]): string[] {
  const unneeded = actionsMatching(pattern).filter((action) => !needs.some((need) => same(need.action, action)));
  if (unneeded.length === 0) return [];
  if (unneeded.length === 1 && same(unneeded[0] as string, pattern)) return [`${pattern} is not needed`];
  const others = unneeded.length > SHOWN ? ` and ${unneeded.length - SHOWN} more` : '';
  return [`${pattern} also allows ${unneeded.slice(0, SHOWN).join(', ')}${others}`];
}

function isUnlimited(action: string, resource: string, condition: PolicyCondition, needs: readonly Need[]): boolean {
  const about = needs.filter((need) => same(need.action, action) && sameArn(resource, need.resource));
  // Where one use of the action cannot be limited, none of it is.
  if (about.length === 0 || about.some((need) => need.condition === undefined)) return false;
  const allowed = new Set(about.flatMap((need) => leadingKeysOf(need.condition ?? {}) ?? []));
  const own = leadingKeysOf(condition);
  return own === undefined || own.some((pattern) => !allowed.has(pattern));
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const FIELD = '(\\$\\{[^}]*\\}|[^:]*)';
const ARN = new RegExp(`^arn:${FIELD}:([^:]*):${FIELD}:${FIELD}:(.*)$`, 's');

function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, account, resource] = ARN.exec(text) ?? [];
  if (resource === undefined) return undefined;
  return { partition, service, region, account, resource } as Arn;
}

/** The part of an ARN that tells, for messages. */
function shortArn(text: string): string {
  return parseArn(text)?.resource ?? text;
}

/** Whether a resource of a statement, which may have wildcards, has the needed one in it. */
function coversArn(given: string, needed: string): boolean {
  return compareArns(given, needed, (pattern, text) => globPattern(pattern).test(text));
}

/** Whether a resource of a statement is the needed one, and not more. */
function sameArn(given: string, needed: string): boolean {
  return compareArns(given, needed, (a, b) => a === b);
}

function compareArns(given: string, needed: string, compare: (given: string, needed: string) => boolean): boolean {
  const a = parseArn(given);
  const b = parseArn(needed);
  if (a === undefined || b === undefined) return compare(given, needed);
  return (
    a.service === b.service &&
    samePlace(a.partition, b.partition) &&
    samePlace(a.region, b.region) &&
    samePlace(a.account, b.account) &&
    compare(a.resource, b.resource)
  );
}

/** Whether two may be one partition, region or account: a variable may be any. One that is open is another finding. */
function samePlace(given: string, needed: string): boolean {
  return needed.startsWith('${') || given.startsWith('${') || globPattern(given).test(needed);
}

function openPlace(resource: string): string[] {
  const arn = parseArn(resource);
  const open = (['region', 'account'] as const).filter((part) => /[*?]/.test(arn?.[part] ?? ''));
  return open.map((part) => `${shortArn(resource)} is open in its ${part}`);
}
