import { holdReason } from '../../model/causes/hold-reason.ts';
import { showPosition } from '../../model/causes/position.ts';
import type { Remedy } from '../../model/causes/remedy.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import type { AppState } from '../../state/state.ts';
import type { Wish } from '../wish.ts';

interface Offer {
  readonly label: string;
  readonly wish: Wish;
  /**
   * Whether the engine does it: the engine does one thing at a time, and nothing in a read-only
   * screen.
   */
  readonly works: boolean;
}

const inFlake = (app: AppState, file: string): string =>
  file.startsWith('/') || app.flakePath === null ? file : `${app.flakePath}/${file}`;

/** Where a refusal has several settings, each is named by what it accepts. */
const allowLabel = ({ remedies }: TestCause, setting: string): string =>
  remedies.filter(({ action }) => action === 'allow').length === 1
    ? 'copy what allows it'
    : `copy ${setting.replace(/^nixpkgs\.config\./, '').replace(/ = .*$/s, '')}`;

// Over 60 lines: an offer for each kind of remedy.
/** What a remedy can do from the screen; null where only a person can do it. */
export const offerOf = (
  app: AppState,
  cause: TestCause,
  remedy: Remedy,
  at: number,
): Offer | null => {
  const { hosts } = cause;
  const work = (label: string, wish: Wish): Offer => ({ label, wish, works: true });
  const look = (label: string, wish: Wish): Offer => ({ label, wish, works: false });
  const { command } = remedy;
  // Without a list of hosts there is nothing to test: the test is to read them again.
  if (app.fleet.kind === 'failed' && hosts.length === 0 && remedy.action === 'retry')
    return look('read the hosts again', { kind: 'act', action: 'refresh' });
  switch (remedy.action) {
    case 'retry':
      return work('test again', { kind: 'test', hosts, options: {} });
    case 'retry-fresh':
      return work('test again without caches', { kind: 'test', hosts, options: { fresh: true } });
    case 'show-trace':
      return work('show the trace', { kind: 'test', hosts, options: { trace: true } });
    case 'accept-settings':
      return work('accept them and test', {
        kind: 'test',
        hosts,
        options: { acceptSettings: true },
      });
    case 'show-log':
      return cause.derivation === null
        ? null
        : look('read its log', { kind: 'show-log', derivation: cause.derivation });
    case 'open-file':
      return remedy.place === undefined
        ? null
        : look(`open ${showPosition(remedy.place)}`, {
            kind: 'open-file',
            path: inFlake(app, remedy.place.file),
            line: remedy.place.line,
          });
    case 'allow':
      return remedy.setting === undefined
        ? null
        : look(allowLabel(cause, remedy.setting), {
            kind: 'copy',
            what: remedy.setting,
            text: remedy.setting,
          });
    case 'take-hash':
      return remedy.setting === undefined
        ? null
        : look('copy the hash that was got', {
            kind: 'copy',
            what: 'the hash that was got',
            text: remedy.setting,
          });
    case 'take-input':
      return remedy.input === undefined
        ? null
        : work(`lock ${remedy.input} again`, { kind: 'update', inputs: [remedy.input] });
    case 'revert-input':
      return remedy.input === undefined
        ? null
        : work(`revert ${remedy.input}`, { kind: 'revert', inputs: [remedy.input] });
    case 'hold-input':
      return remedy.input === undefined
        ? null
        : work(`hold ${remedy.input}`, {
            kind: 'hold',
            inputs: [remedy.input],
            reason: holdReason(hosts, cause.what, at),
            until: null,
          });
    case 'undo-lock':
      return work('take the update back', { kind: 'act', action: 'undo-lock' });
    case 'bisect':
      return work('bisect the inputs', { kind: 'bisect' });
    case 'show-changes':
    case 'track-file':
    case 'free-space':
    case 'relock':
      return command === null
        ? null
        : look('copy the command', { kind: 'copy', what: command, text: command });
  }
};
