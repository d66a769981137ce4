/** Every alarm, in the order of their listing, and what it means to the person who reviews. */
export const alarmTexts = {
  downgrade: 'goes back to an older revision',
  diverged: 'the new revision does not descend from the old one',
  'history-rewritten': 'newer by date with fewer commits: its history was rewritten',
  'same-rev-new-hash': 'the same revision has other content than before',
  'owner-changed': 'comes from another owner than before',
  'host-changed': 'comes from another host than before',
  'type-changed': 'is fetched in another way than before',
  'branch-changed': 'tracks another branch than before',
  'release-change': 'moves to another release; read its release notes',
  dirty: 'was locked from uncommitted files; nobody else can fetch it',
  'no-hash': 'has no content hash, so its content is not verified',
  'rev-mismatch': 'the revision is not the one in its url',
  'local-path': 'is a path of this machine; nobody else can fetch it',
  'follows-removed': 'no longer follows; it has a revision of its own now',
  'flake-toggled': 'is read as a flake where it was plain files, or the reverse',
} as const;

/** The same in a row, which names the input and has little room. */
export const alarmShort: Readonly<Record<keyof typeof alarmTexts, string>> = {
  downgrade: 'older revision',
  diverged: 'not a descendant',
  'history-rewritten': 'history rewritten',
  'same-rev-new-hash': 'other content',
  'owner-changed': 'another owner',
  'host-changed': 'another host',
  'type-changed': 'fetched another way',
  'branch-changed': 'another branch',
  'release-change': 'another release',
  dirty: 'uncommitted files',
  'no-hash': 'no hash',
  'rev-mismatch': 'not the revision of its url',
  'local-path': 'path of this machine',
  'follows-removed': 'no longer follows',
  'flake-toggled': 'flake or plain files',
};

export type LockAlarm = keyof typeof alarmTexts;

/** An alarm in few words, by its name; a later nixup may have others. */
export const alarmName = (name: string): string => (isAlarm(name) ? alarmShort[name] : name);

const isAlarm = (name: string): name is LockAlarm => name in alarmTexts;

/** In the order of their listing. */
export const lockAlarms: readonly LockAlarm[] = Object.keys(alarmTexts).filter(isAlarm);
