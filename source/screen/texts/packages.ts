import type { PackageChange } from '../../model/packages/packages.ts';
import {
  closureWords,
  countPackages,
  isCriticalPackage,
  versionsLine,
} from '../../model/packages/review.ts';
import { showSizeChange, showStorePath } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import type { AppState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';
import type { PackageRow } from '../rows/packages.ts';
import { plain, quiet, warning } from '../toned.ts';

const sizeWords = (bytes: number): string => (bytes === 0 ? '' : `   ${showSizeChange(bytes)}`);

/** What becomes of a package, with its versions. */
const changeWords = (change: PackageChange): string =>
  `${change.kind}${change.major ? ', major' : ''}   ${versionsLine(change)}${sizeWords(change.sizeDelta)}`;

/** The same change of a package, and the hosts that it comes to. */
const hostsByChange = (
  { hostNames, packages }: AppState,
  name: string,
): ReadonlyMap<string, readonly string[]> => {
  const found = hostNames.flatMap((host) => {
    const known = packages[host];
    const change =
      known?.kind === 'compared'
        ? known.difference.changes.find((one) => one.name === name)
        : undefined;
    return change === undefined ? [] : [{ host, words: changeWords(change) }];
  });
  return new Map(
    [...Map.groupBy(found, ({ words }) => words)].map(([words, all]) => [
      words,
      all.map(({ host }) => host),
    ]),
  );
};

/** A package on all hosts: what becomes of it, where, and how to find the run that brought it. */
const packageText = (app: AppState, name: string): readonly TonedText[] => [
  ...(isCriticalPackage(name)
    ? [warning('a host may not boot, or nobody may log in, when it is broken'), plain('')]
    : []),
  ...[...hostsByChange(app, name)].flatMap(([words, hosts]) => [
    plain(words),
    quiet(`  on ${counted(hosts.length, 'host')}: ${hosts.join(', ')}`),
  ]),
  plain(''),
  quiet(
    `Which runs brought it: ${keyName('show-history')} History, then ${keyName('filter')} package:${name}`,
  ),
];

/** A row of the view Packages in full. */
export const packageRowText = (
  app: AppState,
  row: PackageRow,
): { readonly title: string; readonly lines: readonly TonedText[] } => {
  switch (row.kind) {
    case 'change':
      return { title: `Package ${row.change.name}`, lines: packageText(app, row.change.name) };
    case 'rebuilt':
      return {
        title: `${counted(row.names.length, 'package')} built again`,
        lines: [
          quiet('Their versions are as before, and something that they are made of is not.'),
          plain(`on ${row.hosts.join(', ')}`),
          plain(''),
          ...row.names.map((name) => plain(`  ${name}`)),
        ],
      };
    case 'hosts':
      return {
        title: 'Not compared',
        lines: [plain(row.words), quiet(`hosts: ${row.hosts.join(', ')}`)],
      };
    case 'shared':
      return {
        title: `Packages of ${counted(row.hosts.length, 'host')}`,
        lines: [
          plain(`hosts: ${row.hosts.join(', ')}`),
          plain(`the same on all of them: ${countPackages(row.changes)}`),
        ],
      };
    case 'group': {
      const { hosts, difference } = row.group;
      return {
        title: `Packages of ${hosts.length === 1 ? hosts.join('') : counted(hosts.length, 'host')}`,
        lines: [
          plain(`hosts: ${hosts.join(', ')}`),
          plain(countPackages(difference.changes)),
          ...(difference.old === difference.new
            ? []
            : [plain(`closure ${closureWords(difference)}`)]),
          quiet(
            difference.old === difference.new
              ? `runs what the flake says: ${showStorePath(difference.new)}`
              : `${showStorePath(difference.old)} → ${showStorePath(difference.new)}`,
          ),
        ],
      };
    }
  }
};
