import type { Notification } from '../../model/run/notification.ts';
import type { Exec } from '../../services/world/world.ts';
import type { AppStore } from '../../store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a terminal is told; the bell where none of these is known to be understood. */
type Way = 'osc-9' | 'osc-777' | 'osc-99' | 'bell';

/**
 * By what terminals set in the environment of their programs; within tmux and screen that of the terminal around them
 * is often still there. OSC 99: kitty (sw.kovidgoyal.net/kitty/desktop-notifications). OSC 9: iTerm2, WezTerm, Ghostty.
 * OSC 777: urxvt, foot.
 */
export const wayOf = (environment: Environment): Way => {
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  const program = environment['TERM_PROGRAM'] ?? environment['LC_TERMINAL'] ?? '';
  const term = environment['TERM'] ?? '';
  if (has('KITTY_WINDOW_ID') || term.startsWith('xterm-kitty')) return 'osc-99';
  if (
    ['iTerm.app', 'iTerm2', 'WezTerm', 'ghostty'].includes(program) ||
    environment['LC_TERMINAL'] === 'iTerm2' ||
    has('ITERM_SESSION_ID') ||
    has('WEZTERM_PANE') ||
    has('GHOSTTY_RESOURCES_DIR')
  )
    return 'osc-9';
  return /^(?:foot|rxvt)/.test(term) || has('RXVT_SOCKET') ? 'osc-777' : 'bell';
};

const opening = '\u001b';
const end = `${opening}\\`;
const bell = '\u0007';

const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** The words of a notification hold no control byte. A semicolon would end its title. */
const sequenceOf = (way: Way, { title, text }: Notification): string => {
  switch (way) {
    case 'osc-99':
      return [
        `${opening}]99;i=nixup:d=0:e=1;${encoded(title)}${end}`,
        `${opening}]99;i=nixup:d=1:p=body:e=1;${encoded(text)}${end}`,
      ].join('');
    case 'osc-9':
      return `${opening}]9;${title}: ${text}${end}`;
    case 'osc-777':
      return `${opening}]777;notify;${title.replaceAll(';', ',')};${text.replaceAll(';', ',')}${end}`;
    case 'bell':
      return bell;
  }
};

/**
 * What is written to a terminal for a notification; empty where it is not to be told. tmux (with `allow-passthrough`)
 * hands on what is wrapped for it; the bell beside it marks its window, where it hands on nothing. screen gets the bell alone.
 */
export const terminalNotification = (
  notification: Notification,
  wanted: boolean | null,
  environment: Environment,
): string => {
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  const isRemote = has('SSH_CONNECTION') || has('SSH_TTY') || has('SSH_CLIENT');
  if (wanted === false || (wanted === null && isRemote)) return '';
  const way = wayOf(environment);
  const sequence = sequenceOf(way, notification);
  if (way === 'bell') return sequence;
  if (has('TMUX'))
    return `${opening}Ptmux;${sequence.replaceAll(opening, opening + opening)}${end}${bell}`;
  // screen cuts what it hands on at 768 bytes, and ends it at the first ST.
  if (has('STY')) return bell;
  return sequence;
};

const outerMs = 2_000;

/**
 * Within tmux TERM is that of tmux, and foot and urxvt set nothing else: tmux tells the name of the terminal that shows
 * it (tmux(1), FORMATS). The environment as it is where the terminal is known, or tmux does not tell.
 */
export const aroundTmux = async (environment: Environment, exec: Exec): Promise<Environment> => {
  if ((environment['TMUX'] ?? '') === '' || wayOf(environment) !== 'bell') return environment;
  const said = await exec(
    { file: 'tmux', args: ['display-message', '-p', '#{client_termname}'] },
    { timeoutMs: outerMs, does: 'asks which terminal shows tmux' },
  );
  const term = said.ok ? said.value.stdout.trim() : '';
  return term === '' ? environment : { ...environment, TERM: term };
};

/** Tells the terminal each notification once, between two frames. */
export const followNotifications = (
  store: AppStore,
  write: (sequence: string) => void,
  environment: Environment,
  exec: Exec,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let told = store.getState().app.notified;
  return store.subscribe(({ app }) => {
    const { notified } = app;
    if (notified === null || notified === told) return;
    told = notified;
    const { notification, terminal } = notified;
    if (terminalNotification(notification, terminal, environment) === '') return;
    start(async () =>
      write(terminalNotification(notification, terminal, await aroundTmux(environment, exec))),
    );
  });
};
