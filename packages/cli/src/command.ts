import type { ParseArgsOptionDescriptor, ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { TableTheoryConfig } from './config.ts';

/** An option of a command: as `parseArgs` of `node:util` takes it, with what `--help` says. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  readonly type: 'string' | 'boolean';
  /** What it does, for `--help`. */
  readonly description: string;
  /** What stands for its value in `--help`, for example `file`. */
  readonly value?: string;
}

/** A command's options, by their names without the dashes. */
export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** The values of options, as `parseArgs` returns them. */
export type OptionValues<O extends CommandOptions> = ReturnType<
  typeof parseArgs<{ options: { -readonly [N in keyof O]: O[N] } & ParseArgsOptionsConfig; strict: true }>
>['values'];

/** What a command runs with. */
export interface CommandContext<O extends CommandOptions = CommandOptions> {
  /** The values of the command's own options. */
  readonly values: OptionValues<O>;
  /** The arguments that are no options. */
  readonly positionals: readonly string[];
  /** The folder that relative paths of flags start from. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /**
   * The configuration: `--config`, `--models`, or `tabletheory.config.ts` in `cwd`. Loaded at the first call.
   *
   * @throws UsageError when there is none, or it cannot be used.
   */
  config(): Promise<LoadedConfig>;
  /** Says something on stderr: progress and warnings. Results are returned. */
  tell(line: string): void;
}

/** A configuration, and where it came from. */
export interface LoadedConfig extends TableTheoryConfig {
  /** The folder that relative paths of the configuration start from. */
  readonly folder: string;
}

/** What a command has to say. */
export interface CommandResult {
  /** What is printed, without the last line's end. */
  readonly text: string;
  /** What `--json` prints in its place. */
  readonly json: unknown;
  /** 1 when the command is a check and the check failed; default 0. */
  readonly exitCode?: 0 | 1;
}

/** A command of `tabletheory`. Make one with {@link defineCommand}. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Its arguments that are no options, for example `<function>`; without it there are none. */
  readonly positionals?: string;
  /** More for its own `--help`: what it does, and examples. */
  readonly details?: string;
  readonly options: CommandOptions;
  run(context: CommandContext<any>): CommandResult | Promise<CommandResult>;
}

/** Types a command: `context.values` from its options. */
export function defineCommand<const O extends CommandOptions>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(context: CommandContext<O>): CommandResult | Promise<CommandResult>;
  },
): Command {
  return command;
}

/** A command was called in a way that cannot work: exit code 2. The message says what to do. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
