import type { AppState } from '../../state/state.ts';
import { shownRing } from '../rows/log.ts';
import { listOf, type Prompt, type Ui } from '../ui.ts';
import { findInPane } from './find.ts';
import { changeFilter, pinCursor } from './lists.ts';
import { countHits, findInLog, searchBegins } from './log-find.ts';
import { promptText } from './prompt-text.ts';

export const setPromptText = (ui: Ui, text: string): Ui => {
  switch (ui.prompt?.kind) {
    case undefined:
      return ui;
    case 'filter':
      // The cursor stays where it is: on its row where the filter shows it, else the first row is chosen.
      return changeFilter(ui, ui.prompt.list, text);
    case 'search':
      return { ...ui, log: { ...ui.log, search: text, only: false, seeking: null } };
    case 'find':
      return { ...ui, find: { text, hit: null } };
    case 'choose':
    case 'unit':
    case 'shell':
      return { ...ui, prompt: { ...ui.prompt, text } };
  }
};

const endPrompt = (ui: Ui, text: string): Ui => ({
  ...setPromptText(ui, text),
  prompt: null,
});

/** Drops what was typed: a log stands again where it stood. */
export const dropPrompt = (ui: Ui, { before, ...prompt }: Prompt): Ui => {
  const ended = endPrompt(ui, before);
  return prompt.kind === 'search'
    ? { ...ended, log: { ...ended.log, ...prompt.from, seeking: null } }
    : ended;
};

export const startPrompt = (
  ui: Ui,
  kind: Exclude<Prompt['kind'], 'choose' | 'unit' | 'shell'>,
): Ui => {
  const old = (before: string): { readonly before: string; readonly isSelected?: true } =>
    before === '' ? { before } : { before, isSelected: true };
  if (kind === 'search')
    return { ...ui, prompt: { kind, ...old(ui.log.search), from: searchBegins(ui) } };
  if (kind === 'find') return { ...ui, prompt: { kind, ...old(ui.find.text) } };
  const list = listOf(ui.screen);
  return list === undefined ? ui : { ...ui, prompt: { kind, list, ...old(ui.lists[list].filter) } };
};

/** Whether the search went nowhere; a line that fits what was typed is found, though somebody was there before. */
const isWhereItBegan = (
  app: AppState,
  { log }: Ui,
  { from, before }: Extract<Prompt, { readonly kind: 'search' }>,
): boolean =>
  log.cursor === from.cursor &&
  log.follow === from.follow &&
  (log.search === before || countHits(shownRing(app, log), log).place === 0);

export const submit = (app: AppState, ui: Ui): Ui => {
  if (ui.prompt === null) return ui;
  const ended = endPrompt(ui, promptText(ui));
  switch (ui.prompt.kind) {
    case 'filter':
      return pinCursor(app, ended, ui.prompt.list);
    case 'choose':
    case 'unit':
    case 'shell':
      return ended;
    case 'search':
      // Typing went there already; where nothing was typed, this is the next one of the same search.
      return isWhereItBegan(app, ended, ui.prompt)
        ? findInLog(app, ended, ended.log.follow ? -1 : 1)
        : ended;
    case 'find':
      return findInPane(ended, 1);
  }
};
