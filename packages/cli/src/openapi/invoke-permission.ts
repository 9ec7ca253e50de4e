import type { FunctionDescription } from '../infrastructure/describe.ts';
import type { FunctionReferences } from '../infrastructure/function-references.ts';
import { type Resource, text } from '../infrastructure/template.ts';

/** What lets the API, and no other, invoke functions. */
export function invokePermissions(
  functions: readonly FunctionDescription[],
  references: FunctionReferences,
): Record<string, Resource> {
  return Object.fromEntries(
    functions.map((answering) => [
      `Api${answering.stem}Permission`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: text(references.arn(answering)),
          Principal: 'apigateway.amazonaws.com',
          SourceArn: text('arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*'),
        },
      } satisfies Resource,
    ]),
  );
}
