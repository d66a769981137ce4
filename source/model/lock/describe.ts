import { showRevision } from '../words/format.ts';
import { showDate } from '../words/format-time.ts';
import { branchName } from './branch.ts';
import { type ChangeSide, isFollows } from './change.ts';
import type { Attributes } from './lock.ts';
import { textOf } from './lock-attributes.ts';

const located = (attributes: Attributes): string => {
  const type = textOf(attributes, 'type') ?? 'unknown';
  const owner = textOf(attributes, 'owner');
  const repo = textOf(attributes, 'repo');
  if (owner !== undefined && repo !== undefined) {
    const host = textOf(attributes, 'host');
    return `${type}:${owner}/${repo}${host === undefined ? '' : ` at ${host}`}`;
  }
  const url = textOf(attributes, 'url');
  if (url !== undefined)
    return type === 'git' || type === 'hg' ? `${type}+${url}` : url.replaceAll('%2A', '*');
  return `${type}:${textOf(attributes, 'path') ?? textOf(attributes, 'id') ?? '?'}`;
};

/** A reference in one line, much as a person writes it in `flake.nix`. */
export const describeAttributes = (attributes: Attributes): string => {
  const ref = textOf(attributes, 'ref');
  const dir = textOf(attributes, 'dir');
  const revision = textOf(attributes, 'rev');
  return [
    located(attributes),
    ...(ref === undefined ? [] : [`branch ${branchName(ref)}`]),
    ...(revision === undefined ? [] : [`at ${showRevision(revision)}`]),
    ...(dir === undefined ? [] : [`folder ${dir}`]),
  ].join(' ');
};

/** One side of a change in one line. */
export const describeSide = (side: ChangeSide | null): string =>
  side === null
    ? 'nothing'
    : isFollows(side)
      ? `follows ${side.follows === '' ? 'the flake itself' : side.follows}`
      : describeAttributes(side);

/** `2026-11-22` of seconds since the epoch. */
export const showDay = (seconds: number | undefined): string | null =>
  seconds === undefined || seconds <= 1 || seconds > 8.64e12 ? null : showDate(seconds * 1_000);
