import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The command `tabletheory`, as `npx` starts it.
const cli = fileURLToPath(import.meta.resolve('tabletheory/package.json').replace('package.json', 'dist/main.mjs'));
const folder = new URL('dist/infrastructure/', import.meta.url);

/** What the commands print, by the files it goes to. */
const documents: Readonly<Record<string, readonly string[]>> = {
  'template.json': ['cloudformation'],
  'policy.json': ['iam', 'orders'],
  'openapi.json': ['apigateway'],
  'orders-infrastructure.ts': ['cdk', '--class', 'OrdersInfrastructure'],
  'orders.tf.json': ['terraform'],
};

mkdirSync(folder, { recursive: true });
for (const [file, command] of Object.entries(documents)) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...command], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tabletheory ${command.join(' ')} ended with ${status}:\n${stderr}`);
  writeFileSync(new URL(file, folder), stdout);
}

// The dashboard is a text inside the template: written out, to be looked at and put into the console.
const { Resources } = JSON.parse(readFileSync(new URL('template.json', folder), 'utf8'));
const body: string = Resources.Dashboard.Properties.DashboardBody['Fn::Sub'];
writeFileSync(new URL('dashboard.json', folder), `${JSON.stringify(JSON.parse(body), null, 2)}\n`);
