import { environmentLevel, isMoreVerbose, type LogLevel, lambdaLevel, lessVerbose } from './level.ts';

/** What is written, and what is kept. */
export interface Verbosity {
  /** The least level that is written. */
  readonly level: LogLevel;
  /** The least level that a sampled request writes. */
  readonly sampledLevel: LogLevel;
  /** Lines of this level and of lower ones are kept; `undefined` where nothing is to be kept. */
  readonly keptLevel: Exclude<LogLevel, 'silent'> | undefined;
  /** The least level that lines are made of: with a buffer, the request decides which are kept and which written. */
  readonly madeLevel: LogLevel;
  /** What was asked for that Lambda would discard, a sentence each. */
  readonly conflicts: readonly string[];
}

/**
 * Brings what the options ask for in line with Lambda's advanced logging controls. These go first, as in
 * [Powertools for AWS Lambda](https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/#aws-lambda-advanced-logging-controls-alc):
 * what is more verbose would be discarded, so it is not written. A `level` option that is less verbose holds.
 */
export function decideVerbosity(
  option: LogLevel | undefined,
  sampleRate: number,
  buffer: { readonly level?: 'trace' | 'debug' | 'info' | 'warn' | undefined } | undefined,
): Verbosity {
  const lambda = lambdaLevel();
  const asked = option ?? environmentLevel();
  const least = lambda ?? 'trace';
  const conflicts: string[] = [];
  const isDiscarded = (name: string, level: LogLevel): boolean => {
    if (!isMoreVerbose(level, least)) return false;
    conflicts.push(
      `${name} asks for ${level}, but AWS_LAMBDA_LOG_LEVEL is ${least}: Lambda discards lines below it, so they are not written. Lower the function's application log level.`,
    );
    return true;
  };

  if (asked !== undefined) isDiscarded('The log level', asked);
  const level = lessVerbose(option ?? lambda ?? asked ?? 'info', least);
  if (level === 'silent') {
    return { level, sampledLevel: level, keptLevel: undefined, madeLevel: level, conflicts };
  }
  if (sampleRate > 0) isDiscarded('sampleRate', 'debug');
  // A sampled request of a logger that is set to `trace` stays as it is.
  const sampledLevel = isMoreVerbose(level, 'debug') ? level : lessVerbose('debug', least);
  const kept = buffer?.level ?? 'debug';
  if (buffer === undefined || isDiscarded('buffer.level', kept)) {
    return { level, sampledLevel, keptLevel: undefined, madeLevel: level, conflicts };
  }
  return { level, sampledLevel, keptLevel: kept, madeLevel: least, conflicts };
}
