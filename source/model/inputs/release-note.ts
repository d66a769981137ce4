/** An entry that release notes have now and did not have before the update. */
export interface ReleaseNote {
  /** Where it stands in the source tree. */
  readonly file: string;
  readonly text: string;
  /** It stands below a heading such as `Backward Incompatibilities`. */
  readonly isBreaking: boolean;
}
