import { showClosureSize, showSizeChange } from '../words/format.ts';
import { widthOf } from '../words/line.ts';
import type { PackageChange, PackageChangeKind, PackageDifference } from './packages.ts';

/** Packages that can stop a machine from booting, or lock a person out, when they change. */
const critical: readonly RegExp[] = [
  /^linux(?:-|$)/,
  /^systemd(?:-minimal)?$/,
  /^(?:glibc|musl|dbus|dbus-broker|linux-pam|pam|shadow|util-linux|bash)$/,
  /^(?:openssh|openssl|sudo|doas|polkit|nix|lix|switch-to-configuration(?:-ng)?)$/,
  // Every boot loader that nixpkgs has a module or firmware for (nixos/modules/system/boot/loader), and
  // lanzaboote: nixup need not read its files. `uboot-tools` starts nothing.
  /^(?:grub2?|systemd-boot|limine(?:-.*)?|refind|lanzaboote(?:[-_].*)?|lzbt(?:-.*)?|uboot-(?!tools$).*)$/,
  /^(?:raspberrypi-(?:firmware|eeprom|armstubs)|zfsbootmenu|syslinux)$/,
  /^(?:zfs|zfs-kernel|zfs-user|btrfs-progs|lvm2|cryptsetup|mdadm)$/,
  /^(?:nvidia-x11|nvidia-open|mesa)$/,
  /^(?:networkmanager|iproute2|nftables|iptables|wireguard-tools)$/,
  /^(?:postgresql|mariadb|mysql|docker|podman|containerd|qemu|libvirt)$/,
];

export const isCriticalPackage = (name: string): boolean =>
  critical.some((form) => form.test(name));

/** The kernel itself, and no package of its headers, firmware or modules. */
const isKernel = (name: string): boolean =>
  /^linux(?:-(?!headers|firmware|modules|pam|api)[\w-]+)?$/.test(name);

/** What a message about an update names: kernel, systemd and new major versions. */
export const notedChanges = (changes: readonly PackageChange[]): readonly PackageChange[] =>
  reviewPackages(changes).filter(
    ({ name, kind, major }) =>
      (kind === 'upgraded' || kind === 'downgraded' || kind === 'changed') &&
      (major || isKernel(name) || name === 'systemd'),
  );

const kindOrder: readonly PackageChangeKind[] = [
  'downgraded',
  'upgraded',
  'changed',
  'added',
  'removed',
  'rebuilt',
];

const weight = (change: PackageChange): number => {
  if (change.kind === 'rebuilt') return 9;
  if (isCriticalPackage(change.name)) return change.major ? 0 : 1;
  return change.major ? 2 : 3 + kindOrder.indexOf(change.kind);
};

/** For a reader: what a machine needs to boot, major versions, downgrades, then the rest by name. */
export const reviewPackages = (changes: readonly PackageChange[]): readonly PackageChange[] =>
  changes.toSorted((one, other) => weight(one) - weight(other) || (one.name < other.name ? -1 : 1));

/** `2 upgraded, 1 added, 12 rebuilt`. */
export const countPackages = (changes: readonly PackageChange[]): string => {
  const counted = kindOrder
    .map((kind) => ({ kind, count: changes.filter((change) => change.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return counted.length === 0 ? 'no package changes' : counted.join(', ');
};

/** `6.18.19 → 6.18.24`. */
export const versionsLine = ({ kind, old, new: now }: PackageChange): string => {
  switch (kind) {
    case 'added':
      return now.join(', ');
    case 'removed':
      return old.join(', ');
    case 'rebuilt':
      return now.join(', ');
    case 'upgraded':
    case 'downgraded':
    case 'changed':
      return `${old.join(', ')} → ${now.join(', ')}`;
  }
};

/** Places behind a dot or a dash in what both versions begin with. */
const sharedParts = (old: string, now: string): readonly number[] => {
  let shared = 0;
  while (shared < old.length && old[shared] === now[shared]) shared += 1;
  return [...old.slice(0, shared).matchAll(/[.-]/g)].map(({ index }) => index + 1);
};

/**
 * The same in so many cells: where there is no room for it the beginning that both versions share is left out, first of the
 * new one, and what differs stays. `580.119.02-6.18.14 → …6.18.19`.
 */
export const versionsFitting = (change: PackageChange, cells: number): string => {
  const whole = versionsLine(change);
  const [old = '', ...moreOld] = change.old;
  const [now = '', ...moreNow] = change.new;
  const isPair = whole === `${old} → ${now}` && moreOld.length + moreNow.length === 0;
  if (widthOf(whole) <= cells || !isPair) return whole;
  const parts = sharedParts(old, now);
  const forms = [
    ...parts.map((part) => `${old} → …${now.slice(part)}`),
    ...parts.map((part) => `…${old.slice(part)} → …${now.slice(part)}`),
  ];
  return forms.find((words) => widthOf(words) <= cells) ?? whole;
};

export interface HostGroup {
  readonly hosts: readonly string[];
  readonly difference: PackageDifference;
}

/** `9.83 GiB → 9.85 GiB, +18 MiB`; of a system whose size nobody asked for, the change alone. */
export const closureWords = ({ closure, sizeDelta }: PackageDifference): string =>
  closure === undefined
    ? showSizeChange(sizeDelta)
    : `${showClosureSize(closure.old)} → ${showClosureSize(closure.new)}, ${showSizeChange(sizeDelta)}`;

const signature = ({ changes }: PackageDifference): string =>
  JSON.stringify(changes.map(({ name, kind, old, new: now }) => [name, kind, old, now]));

/** Hosts whose packages change in the same way, told once. */
export const groupHosts = (
  differences: readonly { readonly host: string; readonly difference: PackageDifference }[],
): readonly HostGroup[] => {
  const groups = new Map<string, { hosts: string[]; difference: PackageDifference }>();
  for (const { host, difference } of differences) {
    const key = signature(difference);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { hosts: [host], difference });
    else group.hosts.push(host);
  }
  return [...groups.values()];
};

const changeKey = ({ name, kind, old, new: now }: PackageChange): string =>
  JSON.stringify([name, kind, old, now]);

/** Fewer changes that all have in common stand under each. */
const fewShared = 2;

/**
 * What changes in the same way in every group that changes, once for all of their hosts; and what each of them has
 * besides. Null where that is little, or only one group changes.
 */
export const sharedChanges = (
  groups: readonly HostGroup[],
): {
  readonly hosts: readonly string[];
  readonly changes: readonly PackageChange[];
  readonly own: (group: HostGroup) => readonly PackageChange[];
} | null => {
  const changing = groups.filter(({ difference }) => difference.changes.length > 0);
  const [first, ...others] = changing;
  if (first === undefined || others.length === 0) return null;
  const keys = others.map(({ difference }) => new Set(difference.changes.map(changeKey)));
  const changes = first.difference.changes.filter((change) =>
    keys.every((known) => known.has(changeKey(change))),
  );
  if (changes.length < fewShared) return null;
  const shared = new Set(changes.map(changeKey));
  return {
    hosts: changing.flatMap(({ hosts }) => hosts),
    changes,
    own: ({ difference }) => difference.changes.filter((change) => !shared.has(changeKey(change))),
  };
};
