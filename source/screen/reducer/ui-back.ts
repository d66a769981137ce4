import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import type { AppState } from '../../state/state.ts';
import type { Overlay } from '../overlay.ts';
import { isBuilderLog, shownLevel } from '../rows/log.ts';
import { listOf, showsLog, type Ui } from '../ui.ts';
import { clearList } from './lists.ts';
import { keepPlace, showSince } from './log.ts';
import { dropPrompt } from './ui-prompt.ts';
import { show } from './ui-screen.ts';

/** What a pane was opened above. */
const underOf = (overlay: Overlay): Overlay | null =>
  (overlay.kind === 'text' || overlay.kind === 'commits' ? overlay.under : null) ?? null;

/** Esc: closes the innermost thing first; at last it leads back to the fleet. */
export const back = (app: AppState, ui: Ui): Ui => {
  if (ui.prompt !== null) return dropPrompt(ui, ui.prompt);
  if (ui.overlay?.kind === 'commands' && ui.find.text !== '')
    return { ...ui, find: { text: '', hit: null } };
  if (ui.overlay !== null) return { ...ui, overlay: underOf(ui.overlay) };
  if (ui.armed !== null) return { ...ui, armed: null, toast: null };
  const list = listOf(ui.screen);
  const cleared = list === undefined ? undefined : clearList(app, ui, list);
  if (cleared !== undefined) return cleared;
  if (showsLog(ui.screen) && ui.log.search !== '')
    return keepPlace(app, ui, { search: '', only: false, found: null, seeking: null });
  if (showsLog(ui.screen) && shownLevel(ui.log) !== 'all')
    return keepPlace(app, ui, { level: 'all', found: null, seeking: null });
  if (showsLog(ui.screen) && ui.log.since !== null) return showSince(app, ui, null);
  const newest = app.notices.at(-1)?.id ?? 0;
  if (ui.toast !== null || ui.dismissedNotice < newest)
    return { ...leaveScreen(ui), toast: null, dismissedNotice: newest };
  return leaveScreen(ui);
};

const hideHint = (ui: Ui): Ui => (ui.hint === 'hidden' ? ui : { ...ui, hint: 'hidden' });

const leaveScreen = (ui: Ui): Ui => {
  if (ui.zoomed) return { ...ui, zoomed: false };
  if (ui.screen.kind === 'view' && ui.screen.view === 'log' && isBuilderLog(ui.log.host))
    return show(ui, { kind: 'view', view: 'build' });
  if (ui.screen.kind === 'view' && ui.screen.view === 'log' && readUnitLogKey(ui.log.host) !== null)
    return show(ui, { kind: 'view', view: 'health' });
  if (ui.screen.kind === 'host' && ui.screen.from !== undefined)
    return show(ui, { kind: 'view', view: ui.screen.from });
  return ui.screen.kind === 'view' && ui.screen.view === 'fleet'
    ? hideHint(ui)
    : show(ui, { kind: 'view', view: 'fleet' });
};
