/** The body of a request for a new order. */
export function orderOf(customerId: string, orderId: string): object {
  return { customerId, orderId, email: 'ada@example.com', lines: [{ sku: 'tea', quantity: 2, price: 450 }] };
}
