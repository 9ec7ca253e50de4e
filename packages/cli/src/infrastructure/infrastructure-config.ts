/** The section `infrastructure` of a configuration. */
export interface InfrastructureConfig {
  /** Settings of every table. */
  readonly tables?: TableSettings;
  /** Settings of single tables, by the tables' names; each goes before that of every table. */
  readonly table?: Readonly<Record<string, TableSettings>>;
  /** What `@tabletheory/metrics` records: without it there is no dashboard and there are no alarms. */
  readonly metrics?: MetricsSettings;
  /** The functions run in a VPC, which reaches DynamoDB through a gateway endpoint. Default `false`. */
  readonly vpc?: boolean;
}

/** Settings of a table that its models do not say. */
export interface TableSettings {
  /** `on-demand` pays by request (default); or capacity units of the table and of each global index. */
  readonly billing?: 'on-demand' | { readonly read: number; readonly write: number };
  /**
   * Whose key encrypts the table: DynamoDB's own (default, free), `aws`, the account's `aws/dynamodb`, or a customer
   * managed key by its ARN (no alias, where functions need it too).
   */
  readonly encryption?: TableEncryption;
  /** Continuous backups: the table as it was at any second of the last 35 days. Default `true`. */
  readonly pointInTimeRecovery?: boolean;
  /** The table cannot be deleted while this is on. Default `true`. */
  readonly deletionProtection?: boolean;
  /** The table outlives its stack, and a replacement. Default `true`. */
  readonly retain?: boolean;
  /** What the table's stream tells of a change. Default: no stream. */
  readonly stream?: StreamView;
}

/** Whose key encrypts a table. */
export type TableEncryption = 'dynamodb' | 'aws' | { readonly keyArn: string };

/** What a stream tells of a change. */
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** How `@tabletheory/metrics` is set up. */
export interface MetricsSettings {
  /** Its option `namespace`. */
  readonly namespace: string;
  /** Its option `dimensions`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** ARNs of what alarms tell, such as an SNS topic. Default: none. */
  readonly alarmActions?: readonly string[];
}
