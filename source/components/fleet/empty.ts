import { explain } from '../../model/explain/explain.ts';
import { adviceLine } from '../../model/words/advice.ts';
import type { Line } from '../../model/words/line.ts';
import { keyName } from '../../screen/key-names.ts';
import type { Ui } from '../../screen/ui.ts';
import type { AppState } from '../../state/state.ts';
import { said } from '../base/spans.ts';

/** What is said instead of rows: being read, not readable, none, none that match. */
export const emptyFleetLines = (app: AppState, ui: Ui): readonly Line[] => {
  const say = (text: string, tone: 'plain' | 'muted' | 'bad' = 'plain'): readonly Line[] =>
    said(text, ui.columns, tone);
  switch (app.fleet.kind) {
    case 'unknown':
      return say('Opening the flake and its lock.');
    case 'listing':
      return [
        ...say('Reading the hosts of the flake (nixosConfigurations).'),
        ...say('The other views can be used meanwhile: 2 shows the lock.', 'muted'),
      ];
    case 'failed': {
      const { what, next, tail } = explain(app.fleet.failure);
      return [
        ...say(what, 'bad'),
        ...say(adviceLine(next)),
        ...tail.flatMap((line) => say(line, 'muted')),
      ];
    }
    case 'listed':
      return app.hostNames.length === 0
        ? say('The flake has no nixosConfigurations: there is no host to look after.')
        : say(`No host matches "${ui.lists.fleet.filter}". ${keyName('back')} shows all again.`);
  }
};
