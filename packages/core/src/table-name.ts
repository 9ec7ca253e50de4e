const TABLE_IN_ARN = /:table\/([^/]+)/;

/** The name of the table an ARN is of: of the table itself, an index or a stream; `undefined` when it is none. */
export function tableInArn(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : TABLE_IN_ARN.exec(arn)?.[1];
}

/** The name of a table that a model names by its name or its ARN. */
export function tableNameOf(table: string): string {
  return tableInArn(table) ?? table;
}
