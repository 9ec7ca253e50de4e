import { exitOnSignals, startStack } from './stack.ts';

exitOnSignals();
try {
  const stack = await startStack({
    table: 'orders',
    port: portOf(process.env.PORT),
    onLog: (line) => console.log(line),
  });
  console.log(`The orders API is at ${stack.url}. Ctrl-C stops it. Try:

  curl -X PUT ${stack.url}/customers/c-1 -H 'content-type: application/json' -d '{"name":"Ada","email":"ada@example.com"}'
  curl -X POST ${stack.url}/orders -H 'content-type: application/json' -d '{"customerId":"c-1","orderId":"o-1","email":"ada@example.com","lines":[{"sku":"tea","price":450}]}'
  curl '${stack.url}/orders?status=open'
`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function portOf(text = '3000'): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT must be a port number, not ${text}.`);
}
