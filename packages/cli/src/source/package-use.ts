import type { ItemAction } from '../iam/table-use.ts';
import type { Binding } from './scope.ts';

/** What a package that is not read does with one of the tables it is given. */
export interface PackageUse {
  /** The name it looks the table up by. */
  readonly model: string;
  readonly actions: readonly ItemAction[];
}

// The section "Permissions needed" of their READMEs, by package and function.
const USES: Readonly<Record<string, Readonly<Record<string, PackageUse>>>> = {
  '@tabletheory/lease': { createLeases: { model: 'leases', actions: ['PutItem', 'UpdateItem'] } },
  '@tabletheory/idempotency': {
    idempotency: { model: 'idempotency', actions: ['DeleteItem', 'PutItem', 'UpdateItem'] },
  },
};

/** What a call of an imported function does, where it is known. */
export function packageUse({ importedAs = '', importedFrom = '' }: Binding): PackageUse | undefined {
  const functions = Object.hasOwn(USES, importedFrom) ? USES[importedFrom] : undefined;
  return functions !== undefined && Object.hasOwn(functions, importedAs) ? functions[importedAs] : undefined;
}

/** What `idempotency.complete(tx.idempotency, response)` does: what it is called on is made by the middleware. */
export const COMPLETION: PackageUse = { model: 'idempotency', actions: ['UpdateItem'] };
