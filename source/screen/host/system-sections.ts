import {
  generationMarks,
  runningGeneration,
  runningKernel,
  showGeneration,
} from '../../model/host/generation.ts';
import type { HostFacts } from '../../model/host/host.ts';
import { shortSystem } from '../../model/host/system-version.ts';
import { linkTo } from '../../model/words/addresses.ts';
import { showRevision, showStorePath } from '../../model/words/format.ts';
import { showAge, showShortDate } from '../../model/words/format-time.ts';
import { fitText, type Line, lineWidth, muted, span, widthOf } from '../../model/words/line.ts';
import { awaitsReboot } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { bootWords, builtSpan } from './details.ts';
import type { Section } from './pane-sections.ts';
import { labelCells, under } from './section-lines.ts';

const systemOf = (path: string, { entry }: HostState): string =>
  shortSystem(path, entry.hostName ?? entry.name);

/** The hash of a system leaves where there is little room, as long as its version tells it from the other one. */
const fittingSystem = (
  path: string,
  other: string | null,
  host: HostState,
  cells: number,
): string => {
  const whole = systemOf(path, host);
  const version = whole.replace(/ \(\w+\)$/, '');
  const isClear =
    other === null || other === path || !systemOf(other, host).startsWith(`${version} `);
  return cells < 58 && isClear ? version : whole;
};

/** The system that the flake wants, where that is known. */
const wantedOf = ({ expectation }: HostState): string | null =>
  expectation.kind === 'known' ? expectation.toplevel : null;

export const runsSection = (host: HostState, now: number, cells: number): Section => {
  const { facts, probe } = host;
  if (facts === null || facts.current === null)
    return under('runs', [[muted(probe.kind === 'probing' ? 'being asked' : 'not known yet')]]);
  const generation = runningGeneration(facts);
  const line: Line = [
    ...(generation === undefined
      ? []
      : [span(`${showGeneration(generation.number)} of ${showShortDate(generation.at)}   `)]),
    span(fittingSystem(facts.current, wantedOf(host), host, cells)),
    ...(probe.kind === 'failed'
      ? [muted(`   as of ${showAge(now - facts.at)} ago`)]
      : awaitsReboot(host)
        ? [span('   reboot needed', 'warn')]
        : []),
  ];
  return under('runs', [line]);
};

export const wantsSection = (host: HostState, cells: number): Section => {
  const { expectation, entry, facts } = host;
  const line = (): Line => {
    if (entry.role.kind === 'left-out' || entry.role.kind === 'refused')
      return [muted('never: it is left out of tests and deploys')];
    switch (expectation.kind) {
      case 'unknown':
        return [muted('not evaluated yet')];
      case 'evaluating':
        return [span('being evaluated', 'busy')];
      case 'failed':
        return [span('does not evaluate', 'bad')];
      case 'known':
        return expectation.toplevel === facts?.current
          ? [muted('the same')]
          : [
              span(fittingSystem(expectation.toplevel, facts?.current ?? null, host, cells)),
              builtSpan(host),
            ];
    }
  };
  return under('would run', [line()]);
};

export const bootSection = (host: HostState): Section => {
  const { facts } = host;
  if (facts === null) return [];
  const { bootDefault, current } = facts;
  const isSame =
    bootDefault.kind === 'resolved' &&
    bootDefault.toplevel === current &&
    bootDefault.once === undefined;
  return under('boots', [
    isSame && bootDefault.kind === 'resolved'
      ? [muted(`the same, by ${bootDefault.loader}`)]
      : [span(bootWords(host), bootDefault.kind === 'resolved' ? 'warn' : 'muted')],
  ]);
};

/** The kernel that runs, and the one that a restart brings where that is another. */
export const kernelSection = (facts: HostFacts): Section => {
  const { kernel, bootedKernel, nixVersion } = facts;
  return under('kernel', [
    [
      span(runningKernel(facts) ?? 'not known'),
      ...(bootedKernel === undefined || kernel === null
        ? []
        : [span(` runs, ${kernel} after a restart`, 'warn')]),
      muted(`   Nix ${nixVersion ?? 'not known'}`),
    ],
  ]);
};

/** Its generations; what each of them is stands before its version, which leaves first where there is little room. */
export const generationsSection = (facts: HostFacts, cells: number): Section => {
  // What boots next has a row of its own.
  const marked = facts.generations.toReversed().map((one) => ({
    one,
    marks: generationMarks(one, facts)
      .filter((mark) => mark !== 'boots next')
      .join(', '),
  }));
  const room = cells - labelCells - 1;
  const longest = Math.max(0, ...marked.map(({ marks }) => widthOf(marks)));
  return under(
    'generation',
    marked.map(({ one, marks }): Line => {
      const line: Line = [
        span(fitText(showGeneration(one.number), 6)),
        muted(`${showShortDate(one.at)}  `),
        span(fitText(marks, longest === 0 ? 0 : Math.min(longest, 14) + 2), 'good'),
      ];
      if (widthOf(marks) > 14) return [...line.slice(0, -1), span(marks, 'good')];
      const version = one.nixosVersion ?? '';
      const kernel = one.kernel === null ? '' : `  kernel ${one.kernel}`;
      const forms = [`${version}${kernel}`, version, version.replace(/\.[0-9a-f]{7,}$/, '')];
      const free = room - lineWidth(line);
      return [...line, muted(forms.find((words) => widthOf(words) <= free) ?? '')];
    }),
  );
};

/** The commit of the flake that the running system is made of, and its profile where that is another system. */
export const madeOfSection = (
  { profile, current }: HostFacts,
  revision: string | null,
  page: string | null,
): Section => [
  ...under('commit', [
    [
      revision === null
        ? muted('not recorded in the system')
        : linkTo(span(showRevision(revision)), page),
    ],
  ]),
  ...(profile === current
    ? []
    : under('profile', [[span(profile === null ? 'not known' : showStorePath(profile), 'warn')]])),
];
