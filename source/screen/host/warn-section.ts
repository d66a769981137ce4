import type { HostFacts } from '../../model/host/host.ts';
import { otherSystemWords } from '../../model/host/other-system.ts';
import { upgraderWords } from '../../model/host/upgraders.ts';
import { foreignActivation } from '../../state/activation-lock.ts';
import type { HostState } from '../../state/state.ts';
import type { Section } from './pane-sections.ts';
import { under, wrapped } from './section-lines.ts';

/** What somebody should know before the next deploy. */
export const warnSection = (host: HostState, facts: HostFacts, cells: number): Section => {
  const foreign = foreignActivation(host);
  const other = host.deployed === undefined ? null : otherSystemWords(facts, host.deployed);
  const warned = (label: string, text: string): Section =>
    under(label, wrapped(text, cells, 'warn'));
  return [
    ...host.entry.notes.flatMap((note, index) => warned(index === 0 ? 'note' : '', note)),
    ...(other === null ? [] : warned('changed', `it ${other}`)),
    ...(foreign === null ? [] : warned('lock', foreign)),
    ...(facts.automaticUpgrades.length === 0
      ? []
      : warned(
          'by itself',
          `${(facts.upgraders ?? []).map(upgraderWords).join('; ')} would switch it`,
        )),
    ...(facts.copyTrusted === false
      ? warned('copying', 'its Nix does not trust the login user')
      : []),
  ];
};
