import { showCommand } from '../command.ts';
import type { NixCause, NixPosition } from '../nix/cause.ts';
import type { Advice } from '../words/advice.ts';
import type { BesideLock } from './beside-lock.ts';
import { isOwnPlace, showPosition } from './position.ts';

/** What a person can do about a cause; the screen binds each to a key, headless text prints it. */
type RemedyAction =
  | 'retry'
  | 'retry-fresh'
  | 'show-trace'
  | 'show-log'
  | 'show-changes'
  | 'open-file'
  | 'allow'
  | 'revert-input'
  | 'hold-input'
  | 'undo-lock'
  | 'bisect'
  | 'free-space'
  | 'relock'
  | 'track-file'
  | 'take-hash'
  | 'take-input'
  | 'accept-settings';

/** Advice about a cause, and what the screen can do of it. */
export interface Remedy extends Advice {
  readonly action: RemedyAction;
  readonly command: string | null;
  /** The input that it is about. */
  readonly input?: string;
  /** What to write into the configuration. */
  readonly setting?: string;
  /** What to open; absent where the place is nobody's here. */
  readonly place?: NixPosition;
}

export const nixup = (...words: readonly string[]): string =>
  showCommand({ file: 'nixup', args: words });

export const remedy = (
  action: RemedyAction,
  text: string,
  command: string | null = null,
): Remedy => ({
  action,
  text,
  command,
});

export const revert = (input: string, text: string): Remedy => ({
  ...remedy('revert-input', text, nixup('revert', input)),
  input,
});

export const hold = (input: string, text: string): Remedy => ({
  ...remedy('hold-input', text, nixup('hold', input)),
  input,
});

export const allow = (text: string, setting: string): Remedy => ({
  ...remedy('allow', `${text}: ${setting}`),
  setting,
});

/** Where the failure happened, for commands that name it. */
export interface RemedyScene {
  readonly hosts: readonly string[];
  /** Direct inputs that moved since the committed lock. */
  readonly movedInputs: readonly string[];
  /** The input whose hash it is, for a mismatch in the lock. */
  readonly input: string | null;
  /** What else of the flake changed; absent where nobody asked. */
  readonly beside?: BesideLock;
}

export const retry = (scene: RemedyScene): Remedy =>
  remedy('retry', 'Test again.', nixup('test', ...scene.hosts));

export const fresh = (scene: RemedyScene): Remedy =>
  remedy(
    'retry-fresh',
    'Test again without cached evaluations and downloads.',
    nixup('test', ...scene.hosts, '--fresh'),
  );

/** A trace is asked for a host; what concerns the whole flake is only asked again. */
export const trace = (scene: RemedyScene): Remedy =>
  scene.hosts.length === 0
    ? retry(scene)
    : remedy(
        'show-trace',
        'See the whole trace of the error.',
        nixup('test', ...scene.hosts, '--trace'),
      );

export const openPlace = ({ excerpt: _excerpt, ...place }: NixPosition): Remedy => ({
  ...remedy(
    'open-file',
    `Open ${showPosition(place)} and correct it.`,
    showCommand({
      file: '$EDITOR',
      args: place.line === null ? [place.file] : [`+${place.line}`, place.file],
    }).replace("'$EDITOR'", '$EDITOR'),
  ),
  place,
});

export const open = ({ position }: NixCause): readonly Remedy[] =>
  position === null || !isOwnPlace(position) ? [] : [openPlace(position)];
