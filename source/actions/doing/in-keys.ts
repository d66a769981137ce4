import { showKey } from '../../keys.ts';
import { guiltyInputs } from '../../model/causes/bisect.ts';
import { nextStage } from '../../state/stage.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import type { Action } from '../action.ts';

/** Words that stand for a name in a text about a command. */
const placeholder = /^(?:HOST|INPUT|N)$/;

/** Flags that a key does as well; with any other one the command stays a command. */
const flagsOfKeys: ReadonlySet<string> = new Set(['--undo', '--all', '--keep', '--accept']);

/** The step that `m` goes on with, unless that one needs something else first. */
const stepOr = (app: AppState, stage: 'test' | 'deploy', id: string): string =>
  nextStage(app.stages) === stage ? 'move-on' : id;

const actionOf = (
  app: AppState,
  command: string,
  names: readonly string[],
  flags: readonly string[],
): string | null => {
  const [flag = ''] = flags;
  switch (`${command} ${flag}`) {
    case 'test ':
      return stepOr(app, 'test', names.length === 0 ? 'test-all' : 'test');
    case 'deploy ':
      return stepOr(app, 'deploy', names.length === 0 ? 'deploy-all' : 'deploy');
    case 'hold ':
      // The menu of a failed test has it for the input that a search found.
      return guiltyInputs(app.searches).some((input) => names.includes(input)) ? 'move-on' : 'hold';
    case 'verify ':
      return 'verify';
    case 'verify --accept':
      return 'accept';
    case 'rollback ':
    case 'revert --all':
      return 'rollback';
    case 'revert --undo':
      return 'undo-lock';
    case 'revert ':
    case 'revert --keep':
      return 'revert';
    case 'update ':
      return 'update';
    case 'commit ':
      return 'commit';
    case 'check ':
      return 'check';
    case 'diff ':
      return 'show-lock';
    case 'history ':
      return 'show-history';
    case 'status ':
      return 'refresh';
    case 'resume ':
      return nextStage(app.stages) === undefined ? 'move-on' : null;
    default:
      return null;
  }
};

/**
 * A text of the engine as the screen says it: a command of nixup that a key does is named by that
 * key, and by its view where it works in one only. A command without a key stays as it is.
 */
export const inKeys = (
  text: string,
  { app }: Pick<ScreenState, 'app'>,
  table: readonly Action[],
): string =>
  text.replace(
    /\bnixup ([a-z]+)((?: (?:--[a-z-]+|[\p{L}\p{N}_@/+-]+(?:\.[\p{L}\p{N}_@/+-]+)*))*)/gu,
    (whole: string, command: string, rest: string) => {
      const words = rest.split(' ').slice(1);
      const known = (word: string): boolean =>
        placeholder.test(word) ||
        app.hosts[word] !== undefined ||
        (app.lock.kind === 'read' &&
          (app.lock.inputs.some(({ name }) => name === word) ||
            app.lock.changes.some(({ path }) => path === word)));
      // What follows the names and flags is the sentence again.
      const end = words.findIndex((word) => !known(word) && !word.startsWith('--'));
      const own = end === -1 ? words : words.slice(0, end);
      const flags = own.filter((word) => word.startsWith('--'));
      if (flags.length > 1 || !flags.every((flag) => flagsOfKeys.has(flag))) return whole;
      const names = own.filter((word) => !word.startsWith('--'));
      const id = actionOf(app, command, names, flags);
      const row = table.find((one) => one.id === id);
      const [key] = row?.keys ?? [];
      if (row === undefined || key === undefined) return whole;
      const where = row.where.includes('lock') && row.where.length === 1 ? ' in the view Lock' : '';
      const after = end === -1 ? '' : ` ${words.slice(end).join(' ')}`;
      return `${showKey(key)}${where}${after}`;
    },
  );
