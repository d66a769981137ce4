/** What else of the flake changed, beside its lock, since a host was built for the last time. */
export type BesideLock =
  | { readonly kind: 'nothing' }
  /** Git does not have that tree any more, or the host was never built. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'changed';
      readonly since: 'test' | 'commit';
      /** Git's tree of that time. */
      readonly tree: string;
      /** As git takes them in the flake's folder. */
      readonly files: readonly string[];
      /** `7132145 Move the proxy`, newest first: those that changed the files; none where they are not committed. */
      readonly commits: readonly string[];
    };
