import type { AppState } from '../../state/state.ts';
import { listOf, type Prompt, type Ui } from '../ui.ts';
import { findInPane } from './find.ts';
import { changeList } from './lists.ts';
import { findInLog } from './log.ts';
import { promptText } from './prompt-text.ts';

export const setPromptText = (ui: Ui, text: string): Ui => {
  switch (ui.prompt?.kind) {
    case undefined:
      return ui;
    case 'filter':
      return changeList(ui, ui.prompt.list, (old) => ({ ...old, filter: text, cursor: null }));
    case 'search':
      return { ...ui, log: { ...ui.log, search: text, only: false } };
    case 'find':
      return { ...ui, find: { text, hit: null } };
    case 'choose':
    case 'unit':
      return { ...ui, prompt: { ...ui.prompt, text } };
  }
};

export const endPrompt = (ui: Ui, text: string): Ui => ({
  ...setPromptText(ui, text),
  prompt: null,
});

export const startPrompt = (ui: Ui, kind: Exclude<Prompt['kind'], 'choose' | 'unit'>): Ui => {
  if (kind === 'search') return { ...ui, prompt: { kind, before: ui.log.search } };
  if (kind === 'find') return { ...ui, prompt: { kind, before: ui.find.text } };
  const list = listOf(ui.screen);
  return list === undefined ? ui : { ...ui, prompt: { kind, list, before: ui.lists[list].filter } };
};

export const submit = (app: AppState, ui: Ui): Ui => {
  if (ui.prompt === null) return ui;
  const ended = endPrompt(ui, promptText(ui));
  switch (ui.prompt.kind) {
    case 'filter':
    case 'choose':
    case 'unit':
      return ended;
    case 'search':
      return findInLog(app, ended, -1);
    case 'find':
      return findInPane(ended, 1);
  }
};
