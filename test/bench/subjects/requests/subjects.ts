import { join } from 'node:path';
import type { Subject } from '../../measure/subject.ts';
import * as names from '../../names.ts';
import type { Destination } from '../network.ts';
import type { TlsServer } from '../tls/start-server.ts';

/** The packages whose versions matter to requests. */
export const PACKAGES: readonly string[] = [
  '@tabletheory/core',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/lib-dynamodb',
  '@aws-sdk/util-dynamodb',
  'electrodb',
  'dynamodb-toolbox',
  'dynamodb-onetable',
  '@aws-lite/dynamodb',
];

const SUBJECTS: readonly { readonly name: string; readonly file: string; readonly marks?: boolean }[] = [
  { name: names.OFFICIAL, file: 'tabletheory-official.ts' },
  { name: names.LEAN, file: 'tabletheory-lean.ts' },
  { name: names.DOCUMENT_CLIENT, file: 'document-client.ts' },
  { name: names.RAW_CLIENT, file: 'util-dynamodb.ts' },
  { name: names.ELECTRODB, file: 'electrodb.ts', marks: true },
  { name: names.TOOLBOX, file: 'dynamodb-toolbox.ts' },
  { name: names.ONETABLE, file: 'onetable.ts', marks: true },
  { name: names.AWS_LITE, file: 'aws-lite.ts' },
];

/**
 * Everyone who does the four requests.
 *
 * @param serverFor the server a subject's requests go to; without one its network is stubbed. `marks` tells that the
 * library looks for marks of its own in each item.
 */
export function requestSubjects(serverFor: (subject: { marks?: boolean }) => TlsServer | undefined): Subject[] {
  return SUBJECTS.map((subject) => {
    const server = serverFor(subject);
    const destination: Destination = server ? { endpoint: server.endpoint } : { stubbed: true };
    return {
      name: subject.name,
      file: join(import.meta.dirname, subject.file),
      argument: destination,
      environment: server?.environment ?? {},
    };
  });
}
