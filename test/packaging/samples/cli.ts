import assert from 'node:assert/strict';
import { defineModel, string } from '@tabletheory/core';
import { cloudFormationTemplate, defineConfig, describeInfrastructure, policyFor, recordRequests } from 'tabletheory';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'id' },
  attributes: { id: string() },
});
const config = defineConfig({ models: { orders: Order } });
const { Resources } = cloudFormationTemplate(describeInfrastructure(config));
assert.ok(Object.values(Resources).some(({ Type }) => Type === 'AWS::DynamoDB::Table'));
assert.equal(typeof policyFor, 'function');
assert.equal(typeof recordRequests, 'function');
