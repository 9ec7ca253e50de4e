/** Something to measure. */
export interface Workload {
  /** Does it once. */
  readonly run: () => unknown;
  /** What it came to, in a form that is the same for all subjects. Left out, the result itself. */
  readonly comparable?: (result: any) => unknown;
}

/** What one subject can do, by name. */
export type Workloads = Readonly<Record<string, Workload>>;

/** The default export of a subject's module. */
export type MakeWorkloads<Argument = unknown> = (argument: Argument) => Workloads | Promise<Workloads>;

/** One of several that do the same. */
export interface Subject {
  /** As tables and charts show it. */
  readonly name: string;
  /** Its module's file. */
  readonly file: string;
  readonly argument?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  /** The file that its standard output goes to; without one nowhere. */
  readonly output?: string;
}

/** What the measuring process asks a subject's process. */
export type Request =
  | { readonly ask: 'result'; readonly workload: string }
  | { readonly ask: 'run'; readonly workload: string; readonly times: number };

export type Reply =
  | { readonly result: unknown }
  /** Microseconds of CPU time for all the times together. */
  | { readonly cpu: number }
  | { readonly error: string };
