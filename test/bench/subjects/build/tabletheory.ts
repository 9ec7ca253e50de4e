// What builds requests is no export of the package, so it is taken from the source.
import { putParams } from '../../../../packages/core/src/actions/put.ts';
import { compileModel } from '../../../../packages/core/src/compiled-model.ts';
import { ModelQuery } from '../../../../packages/core/src/query.ts';
import { planQuery, type QueryState } from '../../../../packages/core/src/query-plan.ts';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { OrderModel } from '../order-model.ts';
import { CUSTOMER, order } from '../orders.ts';

const make: MakeWorkloads = () => {
  const model = compileModel(OrderModel);
  const item = order(1);
  // A query keeps its state to itself, so the chain is built, and then a state like the one it has is planned.
  const state: QueryState = {
    comparisons: [
      { kind: 'comparison', path: 'customerId', operator: '=', operand: CUSTOMER },
      { kind: 'comparison', path: 'orderId', operator: 'beginsWith', operand: 'o-' },
    ],
    filters: [],
    limit: 100,
  };
  const connection = {} as ConstructorParameters<typeof ModelQuery>[0];
  return {
    put: { run: () => putParams(model, item, {}, new Date()) },
    query: {
      run: () => [
        new ModelQuery(connection, model, { comparisons: [], filters: [] })
          .where('customerId', '=', CUSTOMER)
          .where('orderId', 'beginsWith', 'o-')
          .limit(100),
        planQuery(model, state),
      ],
    },
  };
};

export default make;
