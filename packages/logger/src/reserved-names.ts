/**
 * Names on a line that are not the record's to say: how grave the line is, when it was written, and `_aws`, by which
 * CloudWatch takes any line for metrics. Where a record comes from a request, whoever sent it could make them up.
 */
const RESERVED = ['level', 'timestamp', '_aws'];

/** Moves what a record has under a reserved name to that name with `_` behind it. */
export function renameReserved(record: Record<string, unknown>): Record<string, unknown> {
  for (const name of RESERVED) {
    if (!Object.hasOwn(record, name)) continue;
    record[`${name}_`] = record[name];
    delete record[name];
  }
  return record;
}
