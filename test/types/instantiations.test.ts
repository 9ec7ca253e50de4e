import { expect, test } from 'vitest';
import { BUDGET, measureInstantiations } from './instantiations.ts';

test('ten models that are used as in an application are cheap to type-check', { timeout: 120_000 }, async () => {
  const { oneModel, perModel, tenModels } = await measureInstantiations();
  expect(oneModel).toBeGreaterThan(0); // the programs do use their models
  expect(perModel).toBeLessThan(BUDGET.perModel);
  expect(tenModels).toBeLessThan(BUDGET.tenModels);
});
