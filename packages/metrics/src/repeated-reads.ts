import type { TableOperation } from '@tabletheory/invocation';

/** Many reads of one item each, of one table, in one request. */
export interface RepeatedRead {
  readonly table: string;
  /** How often `GetItem` ran. */
  readonly count: number;
}

/** Counts the reads of single items of one request, table by table. */
export class RepeatedReads {
  readonly #threshold: number;
  readonly #counts = new Map<string, number>();
  readonly #told = new Set<string>();

  /** @param threshold reads of one table from which on they are too many. */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  count({ name, tables }: TableOperation): void {
    if (name !== 'GetItem') return;
    for (const table of tables) this.#counts.set(table, (this.#counts.get(table) ?? 0) + 1);
  }

  /** The tables that were read too often; each is told once. */
  take(): RepeatedRead[] {
    const found: RepeatedRead[] = [];
    for (const [table, count] of this.#counts) {
      if (count < this.#threshold || this.#told.has(table)) continue;
      this.#told.add(table);
      found.push({ table, count });
    }
    return found;
  }
}
