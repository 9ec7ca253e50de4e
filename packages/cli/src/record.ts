// `node --import tabletheory/record`: records the requests of a process, when TABLETHEORY_RECORD names a file.
import { recordRequests } from './record-requests.ts';

const file = process.env.TABLETHEORY_RECORD;
if (file) recordRequests(file);
