import { themeNames } from '../../model/terminal/theme-names.ts';
import { targetHosts } from '../../screen/rows/targets.ts';
import type { Action } from '../action.ts';
import { tell } from '../doing/tell.ts';
import { becauseNoHosts, becauseNoTarget, becauseReadOnly, firstReason } from '../reasons.ts';

const always = (): undefined => undefined;

/** What concerns the terminal itself: a shell in it, its mouse, its colours. */
export const terminalKeys: readonly Action[] = [
  {
    id: 'shell',
    keys: ['!'],
    label: 'shell',
    help: 'A shell on this host, or one command there, with the whole terminal; the screen comes back after it.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: (state) =>
      state.app.demo
        ? 'the demo has no hosts to log in to'
        : firstReason(state, becauseReadOnly, becauseNoHosts, becauseNoTarget),
    perform: (context) => {
      const { app, ui } = context.state();
      const [host] = targetHosts(app, ui);
      if (host !== undefined) context.ui({ type: 'naming-command', host });
    },
  },
  {
    id: 'mouse',
    keys: ['%'],
    label: 'mouse',
    help: 'Take the mouse (wheel and clicks), or leave it to the terminal, which then selects text by it.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: always,
    perform: (context) => {
      const mouse = !context.state().ui.mouse;
      context.ui({ type: 'mouse-set', mouse });
      tell(
        context,
        mouse
          ? 'mouse on: click a row, click it again to open it; Shift selects text'
          : 'mouse off: the terminal selects text by it',
      );
    },
  },
  {
    id: 'theme',
    keys: [],
    label: 'theme',
    help: 'The next theme: auto, dark, light, high-contrast, colour-blind, mono. [screen] theme in nixup.toml, or NIXUP_THEME, keeps one.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: always,
    perform: (context) => {
      const { theme } = context.state().ui.colours;
      const next = themeNames[(themeNames.indexOf(theme) + 1) % themeNames.length] ?? 'auto';
      context.ui({ type: 'themed', theme: next });
      tell(context, `theme ${next} until nixup ends; NIXUP_THEME=${next} keeps it`);
    },
  },
];
