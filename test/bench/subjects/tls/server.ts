// A DynamoDB of prepared answers behind TLS, in a process of its own. Its first message tells its port.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type Answer, answer, answers, operationOf } from '../network.ts';

const [keyFile = '', certificateFile = '', further = '{}'] = process.argv.slice(2);
const prepared = answers(JSON.parse(further));
const healthy = answer({ healthy: 'dynamodb.us-east-1.amazonaws.com' });

const server = createServer(
  { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
  (request, response) => {
    request.resume();
    request.once('end', () => {
      // DynamoDB answers a GET, which opens a connection, with a word of its health.
      const { headers, body } = request.method === 'GET' ? healthy : (prepared[operationOf(request.headers)] as Answer);
      response.writeHead(200, headers).end(body);
    });
  },
);
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit());
