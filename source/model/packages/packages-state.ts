import type { Advice } from '../words/advice.ts';
import type { PackageDifference } from './packages.ts';

/** What is known of one host's packages: what it runs against what it would run. */
export type HostPackages =
  | { readonly kind: 'comparing' }
  /** Its new system is built first. */
  | { readonly kind: 'building' }
  | { readonly kind: 'compared'; readonly difference: PackageDifference }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      readonly next: Advice | null;
      /** Only a build of its new system is missing. */
      readonly lacks?: 'build';
    };
