import type { Ui } from '../ui.ts';

/** What was typed into the prompt so far. */
export const promptText = ({ prompt, lists, log, find }: Ui): string => {
  switch (prompt?.kind) {
    case undefined:
      return '';
    case 'filter':
      return lists[prompt.list].filter;
    case 'search':
      return log.search;
    case 'find':
      return find.text;
    case 'choose':
    case 'unit':
    case 'shell':
      return prompt.text;
  }
};

/** Whether the text of the field is the one it opened with, and what is typed takes its place. */
export const isTextSelected = ({ prompt }: Ui): boolean =>
  prompt !== null && 'isSelected' in prompt && prompt.isSelected === true;

/** The text of the field stays, and is typed on at its end. */
export const keepText = (ui: Ui): Ui => {
  if (ui.prompt === null || !('isSelected' in ui.prompt)) return ui;
  const { isSelected: _, ...prompt } = ui.prompt;
  return { ...ui, prompt };
};

/** What typing goes on from: nothing where the old text is selected. */
export const typedText = (ui: Ui): string => (isTextSelected(ui) ? '' : promptText(ui));
