/** The host name suffixes of a partition. */
export interface Partition {
  readonly name: string;
  readonly suffix: string;
  readonly dualStackSuffix: string;
}

type Row = readonly [prefix: string, name: string, suffix: string, dualStackSuffix: string];

/** How the names of the regions begin, and the partition they are in. */
const PARTITIONS: readonly Row[] = [
  ['cn', 'aws-cn', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['us-gov', 'aws-us-gov', 'amazonaws.com', 'api.aws'],
  ['eusc-de', 'aws-eusc', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso', 'aws-iso', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob', 'aws-iso-b', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe', 'aws-iso-e', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof', 'aws-iso-f', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
];

/** The partition of all others, as in the SDK. */
const AWS: Row = ['', 'aws', 'amazonaws.com', 'api.aws'];

/** The partition of a region. */
export function partitionOf(region: string): Partition {
  const prefix = /^[a-z-]+(?=-\w+-\d+$)/.exec(region)?.[0];
  const [, name, suffix, dualStackSuffix] = PARTITIONS.find(([known]) => known === prefix) ?? AWS;
  return { name, suffix, dualStackSuffix };
}
