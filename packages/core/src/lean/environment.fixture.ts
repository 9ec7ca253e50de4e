import { vi } from 'vitest';

/** Gives the test an environment with these variables, and none other that a client reads. */
export function stubEnvironment(variables: Record<string, string> = {}): void {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_PROXY$/i.test(name)) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
