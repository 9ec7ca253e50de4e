// How an environment was started is the same for every request it serves: it may live here.
const phases: Record<string, number> = {};

/**
 * How Lambda started this environment: `on-demand`, `provisioned-concurrency`, `snap-start` or
 * `lambda-managed-instances`; `undefined` outside Lambda.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function initializationType(): string | undefined {
  return process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
}

/** Adds to the time a phase of the initialization took, in milliseconds. Called while the function's module loads. */
export function recordInitPhase(name: string, durationMs: number): void {
  phases[name] = (phases[name] ?? 0) + durationMs;
}

/** The phases of the initialization so far, with what each took in milliseconds. */
export function initPhases(): Readonly<Record<string, number>> {
  return phases;
}
