type DirtyState = 'added' | 'modified' | 'deleted' | 'renamed' | 'type-changed' | 'submodule';

export interface DirtyFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly state: DirtyState;
  /** The name before a rename. */
  readonly from: string | null;
}

interface GitStatus {
  readonly head: string | null;
  readonly branch: string | null;
  readonly upstream: string | null;
  /** Null when the upstream branch is gone or there is none. */
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly dirty: readonly DirtyFile[];
  readonly conflicted: readonly string[];
  readonly untracked: readonly string[];
}

const stateOf = (staged: string, working: string, submodule: string): DirtyState => {
  if (submodule.startsWith('S')) return 'submodule';
  const letters = `${staged}${working}`;
  if (letters.includes('D')) return 'deleted';
  if (letters.includes('R') || letters.includes('C')) return 'renamed';
  if (letters.includes('A')) return 'added';
  return letters.includes('T') ? 'type-changed' : 'modified';
};

/**
 * Reads `git status --porcelain=v2 --branch -z`. Fields are separated by
 * spaces, records by NUL; a rename has its old name as a record of its own.
 * Format: git-status(1), "Porcelain Format Version 2".
 */
export const parseGitStatus = (text: string): GitStatus => {
  const headers = new Map<string, string>();
  const dirty: DirtyFile[] = [];
  const conflicted: string[] = [];
  const untracked: string[] = [];
  const records = text.split('\0');
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] ?? '';
    const fields = record.split(' ');
    const [kind, second = '', third = ''] = fields;
    if (kind === '#') headers.set(second, fields.slice(2).join(' '));
    else if (kind === '?') untracked.push(record.slice(2));
    else if (kind === 'u') conflicted.push(fields.slice(10).join(' '));
    else if (kind === '1' || kind === '2') {
      const path = fields.slice(kind === '1' ? 8 : 9).join(' ');
      if (kind === '2') index += 1;
      const from = kind === '2' ? (records[index] ?? null) : null;
      dirty.push({ path, state: stateOf(second[0] ?? '', second[1] ?? '', third), from });
    }
  }
  const oid = headers.get('branch.oid');
  const branch = headers.get('branch.head');
  const counts = /^\+(\d+) -(\d+)$/.exec(headers.get('branch.ab') ?? '');
  return {
    head: oid === undefined || oid === '(initial)' ? null : oid,
    branch: branch === undefined || branch === '(detached)' ? null : branch,
    upstream: headers.get('branch.upstream') ?? null,
    ahead: counts === null ? null : Number(counts[1]),
    behind: counts === null ? null : Number(counts[2]),
    dirty,
    conflicted,
    untracked,
  };
};
