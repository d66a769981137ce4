/** Keys of a host's table in nixup.toml that name checks of its own, as `model/config/host.ts` has them. */
export interface CheckSettings {
  /** Scripts of the flake, run on the host. */
  readonly health: readonly string[];
}

/** What is known of a check beside its kind. */
interface OwnChecks {
  readonly script: {
    /** In the flake's folder. */
    readonly file: string;
  };
}

export type OwnCheckKind = keyof OwnChecks;

/** A check of a host's own, which decides about its deploy; of several kinds a union. */
export type OwnCheck<Kind extends OwnCheckKind = OwnCheckKind> = {
  readonly [One in Kind]: OwnChecks[One] & {
    readonly kind: One;
    /** As messages and the record of what failed before a deploy have it; one of a host has it alone. */
    readonly name: string;
  };
}[Kind];

interface KindOfCheck<Kind extends OwnCheckKind> {
  /** The checks of this kind that a host's table names. */
  of(settings: CheckSettings): readonly OwnCheck<Kind>[];
  /** Whether it runs a program that nixup.toml names: not before somebody trusted the file. */
  readonly needsTrust: boolean;
}

/** All that differs between the kinds; how one is asked is in the file of its kind in `services/host/`. */
const ownCheckKinds: { readonly [Kind in OwnCheckKind]: KindOfCheck<Kind> } = {
  script: {
    of: ({ health }) => health.map((file) => ({ kind: 'script', name: file, file })),
    needsTrust: true,
  },
};

/** What a host is asked, kind by kind. */
export const ownChecksOf = (settings: CheckSettings): readonly OwnCheck[] =>
  Object.values(ownCheckKinds).flatMap((kind): readonly OwnCheck[] => kind.of(settings));

/** Whether the host has checks of its own, which its units do not show. */
export const hasOwnChecks = (settings: CheckSettings): boolean => ownChecksOf(settings).length > 0;

/** Whether the check may be asked only where somebody trusted nixup.toml. */
export const needsTrust = ({ kind }: Pick<OwnCheck, 'kind'>): boolean =>
  ownCheckKinds[kind].needsTrust;
