import { isAsleep as sleeps } from '../../model/explain/pending-reason.ts';
import { showGeneration } from '../../model/host/generation.ts';
import type { DeployStep, HostPosition } from '../../model/host/host.ts';
import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { showCount, showSize } from '../../model/words/format.ts';
import { showDuration } from '../../model/words/format-time.ts';
import type { Tone } from '../../model/words/line.ts';
import { criticalDown, criticalUnits, positionOf, troubledUnits } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';
import { frameAt, glyph } from '../glyphs.ts';

/** A status: always a sign and words. */
export interface Status {
  readonly sign: string;
  readonly words: string;
  /** Drawn at the right end of its column: how long. */
  readonly aside: string;
  readonly tone: Tone;
}

const status = (sign: string, words: string, tone: Tone, aside = ''): Status => ({
  sign,
  words,
  aside,
  tone,
});

const nothing = status('', '', 'muted');

const positionStatus = (position: HostPosition): Status => {
  switch (position.kind) {
    case 'unknown':
      return status('?', 'unknown', 'muted');
    case 'current':
      return status(glyph.proven, 'current', 'muted');
    case 'stale':
      return position.commitsBehind === null
        ? status(glyph.needs, 'to deploy', 'accent')
        : status(glyph.needs, `${showCount(position.commitsBehind)} behind HEAD`, 'accent');
    case 'ahead':
      return status(glyph.look, 'newer than flake', 'warn');
    case 'diverged':
      return status(glyph.look, 'diverged', 'warn');
    case 'drifted':
      return status(glyph.look, 'drifted', 'warn');
    case 'rebootNeeded':
      return status(glyph.look, 'reboot needed', 'warn');
    case 'notPersistent':
      return status(glyph.look, 'not the default', 'warn');
    case 'unreachable':
      return position.why === 'asleep'
        ? status(glyph.absent, 'asleep', 'muted')
        : status(glyph.failed, position.why, 'bad');
  }
};

/** Position of a host, as its row says it. */
export const positionWords = (host: HostState, now: number): Status => {
  const { role } = host.entry;
  if (role.kind === 'refused') return status(glyph.failed, 'refused', 'bad');
  if (role.kind === 'left-out') return status(glyph.absent, 'left out', 'muted');
  const position = positionOf(host);
  if (position.kind !== 'unknown') return positionStatus(position);
  if (host.probe.kind === 'probing' && host.facts === null)
    return status(frameAt(now), 'asking', 'busy');
  if (host.expectation.kind === 'evaluating') return status(frameAt(now), 'evaluating', 'busy');
  if (host.expectation.kind === 'failed') return status(glyph.failed, 'does not evaluate', 'bad');
  if (role.kind === 'build-only') return status(glyph.absent, 'build only', 'muted');
  return host.facts !== null && host.expectation.kind === 'unknown'
    ? status('?', 'not evaluated', 'muted')
    : positionStatus(position);
};

const stepWords: Readonly<Record<DeployStep, string>> = {
  evaluate: 'evaluating',
  build: 'building',
  identity: 'proving identity',
  preflight: 'preflight',
  copy: 'copying',
  preview: 'asking what changes',
  activate: 'activating',
  restart: 'restarting',
  contact: 'proving contact',
  health: 'checking health',
  persist: 'making persistent',
  verify: 'verifying',
  rollback: 'going back',
};

/** A host that did not answer has not failed to prove which machine it is. */
export const failedWord = ({ probe }: HostState, step: DeployStep): string =>
  step === 'identity' && probe.kind === 'failed' ? 'not reached' : `${step} failed`;

const showStep = (step: DeployStep): string => stepWords[step];

/** `  3.2 MiB/s` since the copy began; nothing before it says anything. */
const rateWords = (since: number, bytes: number, now: number): string => {
  const seconds = (now - since) / 1000;
  return bytes === 0 || seconds < 1 ? '' : ` ${showSize(bytes / seconds)}/s`;
};

const countsOf = (host: HostState, now: number): string => {
  if (host.work.kind !== 'running') return '';
  const { step, done, expected } = host.work;
  const builds = host.progress?.builds;
  if (step === 'build' && builds !== undefined && builds.expected > 0)
    return ` ${builds.done}/${builds.expected}`;
  const copies = host.progress?.copies;
  if (step === 'copy' && copies !== undefined && copies.expected > 0)
    return ` ${copies.done}/${copies.expected}${rateWords(host.work.since, copies.bytes, now)}`;
  return done !== null && expected !== null && expected > 0 ? ` ${done}/${expected}` : '';
};

const generationWord = (generation: number | null): string =>
  generation === null ? '' : ` ${showGeneration(generation)}`;

/** The row has the host's name already; a host that only did not answer is said to be asleep. */
const whyPending = ({ entry, probe }: HostState, why: string): string => {
  const isAway = probe.kind === 'failed' && sleeps(probe.failure);
  if (isAway) return 'asleep';
  return why.startsWith(`${entry.name} `) ? why.slice(entry.name.length + 1) : why;
};

/** What nixup does with a host, or did last, as its row says it. */
export const workWords = (host: HostState, now: number): Status => {
  const { work } = host;
  switch (work.kind) {
    case 'idle':
      return nothing;
    case 'queued':
      return status(glyph.todo, 'queued', 'muted');
    case 'running':
      return status(
        frameAt(now),
        `${showStep(work.step)}${countsOf(host, now)}`,
        'busy',
        showDuration(Math.max(0, now - work.since)),
      );
    case 'built':
      return status(
        glyph.proven,
        work.changed === false ? 'built, no change' : 'built',
        'good',
        work.tookMs < 1_000 ? '' : showDuration(work.tookMs),
      );
    case 'waiting':
      return status(glyph.todo, `waits ${work.why}`, 'muted');
    case 'pending':
      return status(glyph.absent, `pending, ${whyPending(host, work.why)}`, 'muted');
    case 'rollingBack':
      return status(
        frameAt(now),
        'going back',
        'busy',
        showDuration(Math.max(0, now - work.since)),
      );
    case 'succeeded':
      return status(
        glyph.proven,
        `${work.deed === 'rollback' ? 'rolled back' : 'deployed'}${generationWord(work.generation)}`,
        'good',
      );
    case 'unchanged':
      return status(glyph.proven, 'unchanged', 'muted');
    case 'unhealthy':
      return status(glyph.look, `unhealthy: ${work.problems[0] ?? 'see Health'}`, 'bad');
    case 'failed':
      return status(glyph.failed, failedWord(host, work.step), 'bad');
    case 'rolledBack':
      return status(glyph.failed, `rolled back${generationWord(work.generation)}`, 'bad');
    case 'canceled':
      return status(glyph.absent, 'canceled', 'muted');
    case 'skipped':
      return status(glyph.absent, work.reason, 'muted');
  }
};

/** Failed and critical units of a host, as its row says it. */
export const healthWords = (host: HostState): Status => {
  if (host.entry.role.kind !== 'deployable') return nothing;
  if (host.facts === null) return status('?', 'unknown', 'muted');
  const failing = troubledUnits(host);
  const down = criticalDown(host).filter((unit) => !failing.includes(unit));
  const [first, ...more] = [...failing, ...down].map((unit) =>
    shortUnitName(showUnitFailure(unit)),
  );
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  if (down.length > 0) return status(glyph.failed, `${first}${rest}`, 'bad');
  if (first !== undefined) return status(glyph.look, `${first}${rest}`, 'warn');
  const critical = criticalUnits(host).length;
  return status(glyph.proven, critical === 0 ? 'healthy' : `${critical} of ${critical}`, 'muted');
};

/** Whether a row changes by itself as time goes: only then is it drawn again at each tick. */
export const isAnimated = (host: HostState): boolean =>
  host.work.kind === 'running' ||
  host.work.kind === 'rollingBack' ||
  host.probe.kind === 'probing' ||
  host.expectation.kind === 'evaluating';
