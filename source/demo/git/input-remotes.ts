import { remoteUrl } from '../../services/inputs/remotes.ts';
import { inputSources } from '../data/input-data.ts';
import { newestVersion, versionOf } from '../data/input-source.ts';

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
