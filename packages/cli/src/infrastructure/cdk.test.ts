import { expect, it } from 'vitest';
import { cdkConstruct } from './cdk.ts';
import { cloudFormationTemplate } from './cloudformation.ts';
import { describeInfrastructure } from './describe.ts';
import { config, policy } from './test-config.ts';

const infrastructure = describeInfrastructure(config, { orders: policy });

it('a construct has the resources, their references and policies of removal', async () => {
  await expect(cdkConstruct(cloudFormationTemplate(infrastructure), 'ShopInfrastructure')).toMatchFileSnapshot(
    './fixtures/shop-infrastructure.cdk.txt',
  );
});

it('a construct without parameters takes no props', () => {
  const source = cdkConstruct(cloudFormationTemplate(infrastructure, ['tables']), 'Tables');
  expect(source).toContain('export class Tables extends Construct {');
  expect(source).toContain('constructor(scope: Construct, id: string) {');
  expect(source).not.toContain('interface');
});
