import { explain } from '../../model/explain/explain.ts';
import type { Generation } from '../../model/host/host.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showRevision, showStorePath } from '../../model/words/format.ts';
import { showMoment } from '../../model/words/format-time.ts';
import type { HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';
import { failedWord } from './host.ts';

const bootWords = ({ path }: Generation, host: HostState | undefined): readonly TonedText[] => {
  const facts = host?.facts;
  if (facts == null) return [];
  const isGood = facts.knownGood === path;
  return [
    facts.bootable === undefined
      ? quiet('the boot menu could not be read')
      : facts.bootable.includes(path)
        ? plain('the boot menu can start it')
        : { text: 'not in the boot menu any more: a rollback puts it there', tone: 'warn' },
    ...(isGood ? [{ text: 'known good: verified, and kept', tone: 'good' as const }] : []),
  ];
};

const goingBackWords = (
  { path }: Generation,
  host: HostState | undefined,
  backKey: string | null,
): readonly TonedText[] => {
  const facts = host?.facts;
  if (facts != null && facts.current === path)
    return [
      plain(''),
      quiet(
        facts.profile === path
          ? 'The host runs it.'
          : 'The host runs it, and would boot another one.',
      ),
    ];
  return backKey === null
    ? []
    : [plain(''), quiet(`${backKey} takes the host to this generation, after a confirmation.`)];
};

/** What a generation is, and what a rollback to it changes; null while that is asked. */
export const generationText = (
  generation: Generation,
  host: HostState | undefined,
  packages: readonly string[] | null,
  /** The key that rolls back to it, where that can be done now. */
  backKey: string | null,
): readonly TonedText[] => [
  plain(generation.path),
  plain(`made ${showMoment(generation.at)}`),
  plain(`NixOS ${generation.nixosVersion ?? 'unknown'}, kernel ${generation.kernel ?? 'unknown'}`),
  plain(
    `revision ${generation.revision === null ? 'not recorded' : showRevision(generation.revision)}`,
  ),
  ...bootWords(generation, host),
  plain(''),
  ...(packages === null
    ? [quiet('comparing its packages with what runs')]
    : packages.map((line) => plain(line))),
  ...goingBackWords(generation, host, backKey),
];

/** What is wrong with a host, and what to do next; empty when nothing is. */
export const troubleText = (host: HostState): readonly TonedText[] => {
  const { work, probe, expectation } = host;
  if (work.kind === 'failed')
    return [
      { text: `${failedWord(host, work.step)}: ${work.reason}`, tone: 'bad' },
      plain(work.remedy),
    ];
  if (work.kind === 'rolledBack')
    return [
      { text: `rolled back: ${work.reason}`, tone: 'bad' },
      plain(`It runs ${showStorePath(work.to)} again. ${keyName('log')} shows its log.`),
    ];
  if (work.kind === 'unhealthy')
    return [
      ...work.problems.map((problem): TonedText => ({ text: problem, tone: 'bad' })),
      plain(
        `${keyName('open')} on the unit in Health shows its journal; ${keyName('rollback')} offers the system before.`,
      ),
    ];
  if (probe.kind === 'failed') {
    const { what, next, tail } = explain(probe.failure);
    return [{ text: what, tone: 'warn' }, plain(adviceLine(next)), ...tail.map(quiet)];
  }
  if (expectation.kind === 'failed')
    return [
      { text: `its configuration does not evaluate: ${expectation.failureText}`, tone: 'bad' },
      plain(`Correct the configuration, then press ${keyName('refresh')}.`),
    ];
  if (host.entry.role.kind !== 'deployable') return [quiet(host.entry.role.reason)];
  return [];
};
