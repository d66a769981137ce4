import type { AppState } from '../../state/state.ts';
import { type HostTab, hostTabs, type Screen, type Ui, viewNames } from '../ui.ts';
import { atEndOf, cycleLog } from './log.ts';

/** A host remembers the view that it was opened from, from tab to tab and from host to host. */
const withOrigin = (screen: Screen, shown: Screen): Screen => {
  if (screen.kind !== 'host') return screen;
  const from = shown.kind === 'host' ? shown.from : shown.view;
  return from === undefined || from === 'fleet' ? screen : { ...screen, from };
};

/** Goes to a screen; overlays of the old one are closed. */
export const show = (ui: Ui, next: Screen): Ui => {
  const screen = withOrigin(next, ui.screen);
  const shown: Ui = { ...ui, screen, overlay: null, prompt: null, zoomed: false };
  return screen.kind === 'host' && screen.tab === 'log' && ui.log.host !== screen.host
    ? { ...shown, log: atEndOf(ui.log, screen.host) }
    : shown;
};

const around = <Name>(names: readonly Name[], current: Name, by: number): Name =>
  names[(names.indexOf(current) + by + names.length) % names.length] ?? current;

/** The next view; from a host back to the fleet. */
export const cycle = (ui: Ui, by: number): Ui =>
  ui.screen.kind === 'host'
    ? show(ui, { kind: 'view', view: 'fleet' })
    : show(ui, { kind: 'view', view: around(viewNames, ui.screen.view, by) });

/** The next tab of a host, or the next log. */
export const tab = (app: AppState, ui: Ui, by: number): Ui => {
  if (ui.screen.kind === 'host')
    return show(ui, { ...ui.screen, tab: around<HostTab>(hostTabs, ui.screen.tab, by) });
  return ui.screen.view === 'log' ? cycleLog(app, ui, by) : ui;
};
