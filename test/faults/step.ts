import type { Item, Tables, TableTheoryError } from '@tabletheory/core';
import type { models } from './models.ts';

export type FaultModels = typeof models;
export type FaultTables = Tables<FaultModels>;
export type TableName = keyof FaultModels;
export type Row = Readonly<Record<string, unknown>>;
export type Parcel = Item<FaultModels['parcels']>;

/** One item of the workload. */
export interface Ref {
  readonly table: TableName;
  readonly key: Row;
}

/** What is known to be stored, of the items of one step in their order. */
export type State = readonly (Row | undefined)[];

/** One operation of the workload, and what it may do. */
export interface Step {
  readonly name: string;
  /** The items it may change. */
  readonly refs: readonly Ref[];
  /** The class of the error it must end in, where what is stored does not allow it. */
  readonly refused?: (new (...args: any[]) => TableTheoryError) | undefined;
  run(tables: FaultTables): Promise<unknown>;
  /**
   * What is stored when it has been done. Attributes that are generated are left out.
   *
   * @param times how often the engine has done it: more than once only where nothing can rule that out.
   */
  after(before: State, times: number): State;
  /** The items of its result that must be exactly what is stored then. */
  readonly results?: (result: any) => State;
  /** Whether nothing can keep the engine from doing it twice after a lost answer. */
  readonly repeatable?: boolean;
  /** Whether each item is written on its own, so that some may be done and others not. */
  readonly independent?: boolean;
  /** Whether a lost answer can make it look refused: then the error says `mayBeDone`. */
  readonly guarded?: boolean;
  /** Further promises about its result. */
  check?(result: any, now: State, before: State): void;
  /** What is promised about a result that a deadline has cut short. What is left in it may be done or not. */
  checkPartial?(partial: any, now: State, before: State, mayBeDone: boolean): void;
}
