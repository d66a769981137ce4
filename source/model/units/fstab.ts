/** One line of `/etc/fstab`. */
export interface FileSystem {
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** As switch-to-configuration reads it: a line with a `#` in it is none. */
export const readFstab = (text: string): readonly FileSystem[] =>
  text.split('\n').flatMap((line) => {
    if (line.includes('#')) return [];
    const [device, mountPoint, type, options = ''] = line.trim().split(/\s+/);
    return device === undefined || mountPoint === undefined || type === undefined
      ? []
      : [{ device, mountPoint, type, options: options.split(',') }];
  });

/** The name of a path in unit names: `systemd-escape --path`. */
export const escapePath = (path: string): string => {
  const bare = path
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  if (bare === '') return '-';
  return [...new TextEncoder().encode(bare)]
    .map((byte, index) => {
      const char = String.fromCharCode(byte);
      if (char === '/') return '-';
      const isKept = /[A-Za-z0-9:_]/.test(char) || (char === '.' && index > 0);
      return isKept ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
};

export const mountUnit = (mountPoint: string): string => `${escapePath(mountPoint)}.mount`;

export const isAutomount = ({ options }: FileSystem): boolean =>
  options.some((option) => option.startsWith('x-systemd.automount'));

const isNetwork = ({ type, options }: FileSystem): boolean =>
  options.includes('_netdev') ||
  /^(?:nfs4?|cifs|smb3|ceph|glusterfs|9p|sshfs|fuse\.sshfs|davfs)$/.test(type);

/** The unit that starts it, and how: `systemd-fstab-generator(8)`. Null where nothing does. */
export const pulledIn = (
  entry: FileSystem,
): {
  readonly target: string;
  readonly kind: 'Requires' | 'Wants';
  readonly unit: string;
} | null => {
  const { options, type, device, mountPoint } = entry;
  const kind = options.includes('nofail') ? 'Wants' : 'Requires';
  if (type === 'swap')
    return options.includes('noauto')
      ? null
      : { target: 'swap.target', kind, unit: `${escapePath(device)}.swap` };
  const target = isNetwork(entry) ? 'remote-fs.target' : 'local-fs.target';
  if (isAutomount(entry)) return { target, kind, unit: `${escapePath(mountPoint)}.automount` };
  return options.includes('noauto') ? null : { target, kind, unit: mountUnit(mountPoint) };
};
