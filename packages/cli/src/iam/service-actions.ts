// The actions a wildcard may stand for, of the services a function's policy is about.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: words(`AssociateTableReplica BatchGetItem BatchWriteItem ConditionCheckItem CreateBackup CreateGlobalTable
    CreateGlobalTableWitness CreateTable CreateTableReplica DeleteBackup DeleteGlobalTableWitness DeleteItem
    DeleteResourcePolicy DeleteTable DeleteTableReplica DescribeBackup DescribeContinuousBackups
    DescribeContributorInsights DescribeEndpoints DescribeExport DescribeGlobalTable DescribeGlobalTableSettings
    DescribeImport DescribeKinesisStreamingDestination DescribeLimits DescribeReservedCapacity
    DescribeReservedCapacityOfferings DescribeStream DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive
    DisableKinesisStreamingDestination EnableKinesisStreamingDestination ExportTableToPointInTime GetAbacStatus GetItem
    GetRecords GetResourcePolicy GetShardIterator ImportTable InjectError ListBackups ListContributorInsights ListExports
    ListGlobalTables ListImports ListStreams ListTables ListTagsOfResource PartiQLDelete PartiQLInsert PartiQLSelect
    PartiQLUpdate PurchaseReservedCapacityOfferings PutItem PutResourcePolicy Query ReadDataForReplication
    ReplicateSettings RestoreTableFromAwsBackup RestoreTableFromBackup RestoreTableToPointInTime Scan
    SearchVectors StartAwsBackupJob TagResource UntagResource UpdateAbacStatus UpdateContinuousBackups UpdateContributorInsights
    UpdateGlobalTable UpdateGlobalTableSettings UpdateGlobalTableVersion UpdateItem UpdateKinesisStreamingDestination
    UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive WriteDataForReplication`),
  kms: words(`CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateGrant CreateKey Decrypt
    DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret DescribeCustomKeyStores DescribeKey
    DisableKey DisableKeyRotation DisconnectCustomKeyStore EnableKey EnableKeyRotation Encrypt GenerateDataKey
    GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom
    GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial ListAliases ListGrants
    ListKeyPolicies ListKeyRotations ListKeys ListResourceTags ListRetirableGrants PutKeyPolicy ReEncryptFrom ReEncryptTo
    ReplicateKey RetireGrant RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource
    UntagResource UpdateAlias UpdateCustomKeyStore UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac`),
  xray: words(`BatchGetTraceSummaryById BatchGetTraces CancelTraceRetrieval CreateGroup CreateSamplingRule DeleteGroup
    DeleteResourcePolicy DeleteSamplingRule GetDistinctTraceGraphs GetEncryptionConfig GetGroup GetGroups
    GetIndexingRules GetInsight GetInsightEvents GetInsightImpactGraph GetInsightSummaries GetRetrievedTracesGraph
    GetSamplingRules GetSamplingStatisticSummaries GetSamplingTargets GetServiceGraph GetTimeSeriesServiceStatistics
    GetTraceGraph GetTraceSegmentDestination GetTraceSummaries Link ListResourcePolicies ListRetrievedTraces
    ListTagsForResource PutEncryptionConfig PutResourcePolicy PutSpansForIndexing PutTelemetryRecords PutTraceSegments
    StartTraceRetrieval TagResource UntagResource UpdateGroup UpdateIndexingRule UpdateSamplingRule
    UpdateTraceSegmentDestination`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Whether a policy's action may be of a service that a function's policy is about. */
export function isKnownService(action: string): boolean {
  const [service = ''] = action.split(':');
  return Object.keys(ACTIONS).some((known) => matches(service, known));
}

/** The actions a policy's action stands for, each with its service: `dynamodb:*Item`. */
export function actionsMatching(pattern: string): string[] {
  const all = Object.entries(ACTIONS).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));
  const matching = all.filter((action) => matches(pattern, action));
  return matching.length === 0 ? [pattern] : matching; // one that is newer than this list
}

/** Whether a text matches a pattern with IAM's wildcards, whatever the case. */
export function matches(pattern: string, text: string): boolean {
  return globPattern(pattern, 'i').test(text);
}

/** IAM's wildcards as a regular expression: `*` any characters, `?` one. */
export function globPattern(pattern: string, flags = ''): RegExp {
  const source = pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, (character) =>
    character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`,
  );
  return new RegExp(`^${source}$`, `${flags}s`);
}
