export { type TestContextOptions, testContext } from './test-context.ts';
