import type { FlagRow, globalFlags } from './rows.ts';
import type { SubcommandName, subcommands } from './subcommands.ts';

/** `no-deploy` is read as `noDeploy`. */
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type ValueOf<Row extends FlagRow> = Row extends { readonly list: string }
  ? readonly string[]
  : Row extends { readonly isNumber: true }
    ? number | null
    : Row extends { readonly choices: readonly (infer Choice)[] }
      ? Row extends { readonly initial: string }
        ? Choice
        : Choice | null
      : Row extends { readonly value: null }
        ? boolean
        : string | null;

/** The values of flags, each with the one for «not given», as their rows say. */
export type FlagsOf<Row extends FlagRow> = {
  readonly [One in Row as Camel<One['name']>]: ValueOf<One>;
};

/** Flags that every subcommand takes. */
export type GlobalFlags = FlagsOf<(typeof globalFlags)[number]>;

type RowOf<Name extends SubcommandName> = Extract<
  (typeof subcommands)[number],
  { readonly name: Name }
>;

/** Flags of one subcommand. */
export type OwnFlags<Name extends SubcommandName> = FlagsOf<RowOf<Name>['flags'][number]>;

/** Subcommands that have no flags of their own. */
export type FlaglessName = {
  readonly [Name in SubcommandName]: keyof OwnFlags<Name> extends never ? Name : never;
}[SubcommandName];

/** A command line that names a subcommand; of several subcommands a union. */
export type Invocation<Name extends SubcommandName = SubcommandName> = {
  readonly [One in Name]: {
    readonly command: One;
    readonly words: readonly string[];
    readonly flags: GlobalFlags;
    readonly own: OwnFlags<One>;
  };
}[Name];

/** `nixup` alone. */
export interface BareInvocation {
  readonly command: null;
  readonly words: readonly [];
  readonly flags: GlobalFlags;
  readonly own: FlagsOf<never>;
}

/**
 * Compiles only where every flag was taken out of the rest before, or is named as one that is read
 * elsewhere: a flag that nobody reads would be accepted and do nothing.
 */
export const allRead = <Rest extends object, Elsewhere extends keyof Rest = never>(
  _rest: Exclude<keyof Rest, Elsewhere> extends never ? Rest : never,
  ..._elsewhere: readonly Elsewhere[]
): void => undefined;
