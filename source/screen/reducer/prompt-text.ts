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
