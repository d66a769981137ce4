import type { CheckGroup } from '../../model/board/board.ts';
import { glyph } from '../glyphs.ts';
import { keyName } from '../key-names.ts';

/** A row of what a view that is still empty is for: a key, a sign or a group, and what it does or holds. */
export interface Guide {
  readonly label: string;
  readonly words: string;
}

/** What the checks of a group look at. */
export const checkGroupWords: Readonly<Record<CheckGroup, string>> = {
  monitoring: 'alerts that fire, targets of Prometheus, data sources of Grafana',
  hosts: 'whether each host is reachable, root, room on / and /boot, failed units',
  git: 'the branch and its remote, the working tree, whether git would take a commit and a push',
  lock: 'flake.lock: readable, how old nixpkgs is, alarms',
  tasks: 'tasks that are open',
  nix: 'Nix, flakes, its caches, room in the store',
  config: 'nixup.toml: valid, and the flake knows the names in it',
};

/** What the board will hold, and how its answers are read. */
export const checkGuide = (): readonly Guide[] => [
  ...Object.entries(checkGroupWords).map(([label, words]) => ({ label, words })),
  { label: '', words: '' },
  { label: glyph.proven, words: 'passed' },
  { label: glyph.look, words: 'warning: look at it before you deploy' },
  { label: glyph.failed, words: 'failed: the pane below says what mends it' },
  { label: glyph.absent, words: 'not set up: nothing is asked' },
];

/** What can be done with past runs, once there are some. */
export const historyGuide = (): readonly Guide[] => [
  {
    label: keyName('open'),
    words: 'shows a run as a page: steps, hosts, inputs, commands and logs',
  },
  { label: keyName('pager'), words: 'opens its logs in your pager' },
  { label: keyName('compare-runs'), words: `compares two runs that ${keyName('mark')} has marked` },
  { label: keyName('rollback'), words: 'takes the lock back to the one of a run' },
  {
    label: keyName('filter'),
    words: 'finds runs: words, host:nas, input:nixpkgs, since:7d, package:openssl 3.5.2',
  },
  { label: '', words: '' },
  { label: keyName('move-on'), words: 'shows the next step of the runbook' },
];

/** What can be done with a log, once something is logged. */
export const logGuide = (): readonly Guide[] => [
  { label: keyName('filter'), words: 'searches while you type' },
  { label: keyName('fewer-levels'), words: 'shows warnings and errors alone, then errors alone' },
  { label: keyName('since'), words: 'shows it from a time on' },
  { label: keyName('log'), words: 'lists all logs: of hosts, of builders, of nixup' },
  { label: keyName('move-on'), words: 'shows the next step of the runbook' },
];
