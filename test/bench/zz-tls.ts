import { startTlsServer } from './subjects/tls/start-server.ts';
import { spawnSync } from 'node:child_process';
using s = await startTlsServer();
for (const which of process.argv.slice(2)) {
  const r = spawnSync(process.execPath, [...(process.env.PROF ? ['--cpu-prof','--cpu-prof-dir=/tmp/perf/prof','--cpu-prof-interval=100'] : []), 'test/bench/zz-tls-client.ts', which, s.endpoint], { env: { ...process.env, ...s.environment }, encoding: 'utf8' });
  console.log(r.stdout, r.stderr.slice(0, 500));
}
