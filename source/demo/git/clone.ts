import { remoteUrl } from '../../services/inputs/remotes.ts';
import { inputSources } from '../data/input-data.ts';
import { newestVersion, versionOf } from '../data/input-source.ts';
import type { Call } from '../process/process.ts';
import type { DemoRanges } from './ranges.ts';

/** Answers for Nix's own clone of an input, with which commits are counted without the network. */
export const createClone =
  (folder: string, ranges: DemoRanges) =>
  (asked: string, call: Call, args: readonly string[]): number | null => {
    if (asked !== folder) return null;
    const [name = ''] = args;
    if (name === 'rev-parse') {
      call.print('false\n');
      return 0;
    }
    if (name === 'rev-list' && args.includes('--no-walk')) {
      const [from = '', to = ''] = args.filter((arg) => /^[0-9a-f]{40}$/.test(arg));
      if (ranges(from, to) === null) return 128;
      call.print('2\n');
      return 0;
    }
    const [from = '', to = ''] = (args.find((arg) => arg.includes('..')) ?? '').split(/\.{2,3}/);
    const range = ranges(from, to);
    if (range === null) return 128;
    if (name === 'rev-list') {
      call.print(range.isBehind ? `${range.count}\t0\n` : `0\t${range.count}\n`);
      return 0;
    }
    if (args.includes('-1')) {
      const revision = args.find((arg) => /^[0-9a-f]{40}$/.test(arg));
      const commit = range.commits(1, range.count).find((one) => one.revision === revision);
      if (commit === undefined) return 128;
      call.print(`${commit.subject}\n\n${commit.body}\n`);
      return 0;
    }
    for (const { revision, at, author, subject } of range.commits(1, range.count).toReversed())
      call.print(`${revision}\t${at}\t${author}\t${subject}\n`);
    return 0;
  };

/** What the remotes of the inputs have now, as `git ls-remote URL REF…` prints it; nothing of an unknown one. */
export const createInputRemotes = (now: number): ((url: string, ref: string) => string) => {
  const sources = inputSources(now);
  return (url, ref) => {
    const source = sources.find(({ original }) => remoteUrl(original) === url);
    if (source === undefined) return '';
    const { rev } = versionOf(now, source, newestVersion);
    return `${rev}\t${ref === 'HEAD' ? ref : `refs/heads/${ref}`}\n`;
  };
};
