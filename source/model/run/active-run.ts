/** A run of another nixup, as its lock file describes it. */
export type ActiveRun =
  | {
      /** `here`: its process runs on this machine. `elsewhere`: another machine's, which nobody here can look at. */
      readonly kind: 'here' | 'elsewhere';
      readonly id: string;
      /** Null in locks of earlier versions. */
      readonly goal: string | null;
      readonly user: string;
      readonly machine: string;
      readonly pid: number;
      /** Ms since the epoch. */
      readonly since: number;
      readonly flake: string | null;
      /** The file that says so. */
      readonly lock: string;
    }
  /** A lock that names nobody: damaged, or no file. */
  | { readonly kind: 'unreadable'; readonly lock: string };
