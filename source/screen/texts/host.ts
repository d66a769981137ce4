import { isAsleep as sleeps } from '../../model/explain/pending-reason.ts';
import { type ActivationWaits, shortWaits, waitsWords } from '../../model/host/activation-waits.ts';
import { generationOf, showGeneration } from '../../model/host/generation.ts';
import type { DeployStep, HostPosition } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { RememberedHost, RememberedStanding } from '../../model/remembered/host.ts';
import { besideHost } from '../../model/words/about-host.ts';
import { showCount, showSize } from '../../model/words/format.ts';
import { showAge, showDuration } from '../../model/words/format-time.ts';
import type { Tone } from '../../model/words/line.ts';
import {
  awaitsReboot,
  bootsWanted,
  criticalDown,
  criticalUnits,
  positionOf,
  shownUnits,
  troubledUnits,
} from '../../state/hosts.ts';
import { isTakenBack } from '../../state/left-over.ts';
import {
  type FleetHost,
  isRemembered,
  shownAnswer,
  shownStanding,
} from '../../state/remembered.ts';
import type { HostState } from '../../state/state.ts';
import { frameAt, glyph } from '../glyphs.ts';

/** A status: always a sign and words. */
export interface Status {
  readonly sign: string;
  readonly words: string;
  /** Drawn at the right end of its column: how long. */
  readonly aside: string;
  readonly tone: Tone;
  /** Words that say more, where a row has room for all of them. */
  readonly roomy?: string;
  /** The words matter more than what is aside: that is left out where not both have room. */
  readonly isAsideLess?: true;
}

const status = (sign: string, words: string, tone: Tone, aside = ''): Status => ({
  sign,
  words,
  aside,
  tone,
});

/** Ages are shown in minutes at the finest. */
const minute = 60_000;

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
    case 'backward':
      return status(glyph.look, 'went backward', 'warn');
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

/** Where it stood, dimmed and with its age: `sign` tells where it is being asked. */
const standingStatus = (
  { position, at }: RememberedStanding,
  now: number,
  sign: string | null = null,
): Status => {
  const before = positionStatus(position);
  return {
    ...status(sign ?? before.sign, before.words, 'muted', `${showAge(now - at)} ago`),
    isAsideLess: true,
  };
};

const rememberedPosition = ({ role, standing }: RememberedHost, now: number): Status => {
  if (role === 'refused') return status(glyph.failed, 'refused', 'muted');
  if (role === 'left-out') return status(glyph.absent, 'left out', 'muted');
  if (standing !== null) return standingStatus(standing, now);
  return role === 'build-only'
    ? status(glyph.absent, 'build only', 'muted')
    : status('?', 'not asked yet', 'muted');
};

/**
 * Steps from which on a host is on its way from one system to another: the new one runs, or starts, and
 * is no default yet.
 */
const changesSystem: ReadonlySet<DeployStep> = new Set([
  'activate',
  'restart',
  'contact',
  'health',
  'persist',
  'verify',
  'rollback',
]);

const becomesDefault = ({ work }: HostState): boolean =>
  work.kind === 'rollingBack' || (work.kind === 'running' && changesSystem.has(work.step));

/** Positions of a host that could be deployed to as if nothing had been tried. */
const takenBackFrom: ReadonlySet<HostPosition['kind']> = new Set(['stale', 'diverged', 'drifted']);

/** Position of a host, as its row says it. */
export const positionWords = (host: FleetHost, now: number): Status => {
  if (isRemembered(host)) return rememberedPosition(host, now);
  const { role } = host.entry;
  if (role.kind === 'refused') return status(glyph.failed, 'refused', 'bad');
  if (role.kind === 'left-out') return status(glyph.absent, 'left out', 'muted');
  const position = positionOf(host);
  if (bootsWanted(host)) return status(glyph.look, 'boots it next', 'warn');
  // A system runs before it becomes the default: as long as nixup is at that, it is no alarm.
  if (position.kind === 'notPersistent' && becomesDefault(host))
    return status(frameAt(now), 'not default yet', 'busy');
  // That it was taken back is why it does not run what the flake wants, also after the run.
  if (isTakenBack(host) && takenBackFrom.has(position.kind))
    return status(glyph.look, 'rolled back', 'warn');
  if (position.kind !== 'unknown') return positionStatus(position);
  const isAsked = host.probe.kind === 'probing' && host.facts === null;
  const standing = shownStanding(host);
  if (standing !== null) {
    const isWorked = isAsked || host.expectation.kind === 'evaluating';
    return standingStatus(standing, now, isWorked ? frameAt(now) : null);
  }
  if (isAsked) return status(frameAt(now), 'asking', 'busy');
  if (host.expectation.kind === 'evaluating') return status(frameAt(now), 'evaluating', 'busy');
  if (host.expectation.kind === 'failed') return status(glyph.failed, 'evaluation fails', 'bad');
  if (role.kind === 'build-only') return status(glyph.absent, 'build only', 'muted');
  if (host.facts === null) return positionStatus(position);
  if (host.expectation.kind === 'unknown') return status('?', 'not evaluated', 'muted');
  // It runs another system than the flake wants, and git was not asked yet which of them is older.
  return isTakenBack(host)
    ? status(glyph.look, 'rolled back', 'warn')
    : status(glyph.needs, 'another system', 'accent');
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

/** What an activation that takes long waits for. */
const waitsOf = ({ waits }: { readonly waits?: ActivationWaits }, now: number): string => {
  const words = waits === undefined ? null : waitsWords(waits, now);
  return words === null ? '' : `: waits for ${words}`;
};

/** ` g188 → g189`, or ` g188 → new` as long as the profile does not have the system; nothing where that is not known. */
const movesWords = ({ planned, facts }: HostState): string => {
  if (planned === undefined || planned.fromGeneration === null) return '';
  const after = generationOf(facts, planned.to);
  return ` ${showGeneration(planned.fromGeneration)} ${glyph.arrow} ${after === null ? 'new' : showGeneration(after)}`;
};

/** ` to g188`; nothing where the profile does not tell. */
const backWords = ({ facts }: HostState, to: StorePath): string => {
  const generation = generationOf(facts, to);
  return generation === null ? '' : ` to ${showGeneration(generation)}`;
};

const generationWord = (generation: number | null): string =>
  generation === null ? '' : ` ${showGeneration(generation)}`;

/** A host that only did not answer is said to be asleep. */
const whyPending = ({ entry, probe }: HostState, why: string): string => {
  if (probe.kind === 'failed' && sleeps(probe.failure)) return 'asleep';
  return probe.kind === 'answered' ? 'awake now' : besideHost(entry.name, why);
};

const rebootWords = 'reboot needed';

/**
 * What nixup does with a host, or did last, as its row says it; with a reboot that its position does not tell.
 * `queue`: what it waits for while it is queued.
 */
export const workWords = (host: HostState, now: number, queue = ''): Status => {
  const told = workAlone(host, now, queue);
  const isOver = told.tone === 'good' || host.work.kind === 'unchanged';
  return isOver && isRebootUntold(host)
    ? { ...told, words: `${told.words}, ${rebootWords}` }
    : told;
};

/** The host needs a reboot, and its position says something else of it. */
const isRebootUntold = (host: HostState): boolean =>
  awaitsReboot(host) && positionOf(host).kind !== 'rebootNeeded';

/** Beside the changes of a deploy, while nixup does nothing with the host. */
export const rebootStatus = (host: HostState, changes: string): Status | null =>
  isRebootUntold(host)
    ? status(glyph.look, changes === '' ? rebootWords : `${rebootWords}, ${changes}`, 'warn')
    : null;

/** What else is said of a built host matters more than how long its build took. */
const builtStatus = (changed: boolean | null, tookMs: number): Status => ({
  ...status(
    glyph.proven,
    changed === false ? 'built, no change' : 'built',
    'good',
    tookMs < 1_000 ? '' : showDuration(tookMs),
  ),
  isAsideLess: true,
});

export const workAlone = (host: HostState, now: number, queue = ''): Status => {
  const { work } = host;
  switch (work.kind) {
    case 'idle':
      return nothing;
    case 'queued':
      return status(glyph.todo, queue === '' ? 'waits for its turn' : queue, 'muted');
    case 'running': {
      const moves = changesSystem.has(work.step) ? movesWords(host) : '';
      const rest = `${countsOf(host, now)}${waitsOf(work, now)}`;
      // Of what it waits for the name must not be cut.
      const waits = work.waits === undefined ? null : shortWaits(work.waits);
      return {
        ...status(
          frameAt(now),
          waits ?? `${showStep(work.step)}${rest}`,
          'busy',
          showDuration(Math.max(0, now - work.since)),
        ),
        ...(moves === '' && waits === null
          ? {}
          : { roomy: `${showStep(work.step)}${moves}${rest}`, isAsideLess: true }),
      };
    }
    case 'built':
      return builtStatus(work.changed, work.tookMs);
    case 'waiting':
      return status(glyph.todo, `waits ${work.why}`, 'muted');
    case 'pending':
      return status(glyph.absent, `pending, ${whyPending(host, work.why)}`, 'muted');
    case 'rollingBack': {
      const words = `going back${backWords(host, work.to)}`;
      return {
        ...status(frameAt(now), words, 'busy', showDuration(Math.max(0, now - work.since))),
        roomy: `${words}${waitsOf(work, now)}`,
      };
    }
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

/** Units by their short names: those that failed, and critical ones that do not run for another reason. */
interface ShownUnits {
  readonly failed: readonly string[];
  readonly down: readonly string[];
  readonly critical: number;
}

const unitsStatus = ({ failed, down, critical }: ShownUnits): Status => {
  const [first, ...more] = [...failed, ...down];
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  if (down.length > 0) return status(glyph.failed, `${first}${rest}`, 'bad');
  if (first !== undefined) return status(glyph.look, `${first}${rest}`, 'warn');
  return status(glyph.proven, critical === 0 ? 'healthy' : `${critical} of ${critical}`, 'muted');
};

const rememberedHealth = (host: FleetHost): Status => {
  const answer = shownAnswer(host);
  return answer === null
    ? status('?', 'unknown', 'muted')
    : { ...unitsStatus(answer), tone: 'muted' };
};

/** Failed and critical units of a host, as its row says it. */
export const healthWords = (host: FleetHost): Status => {
  if ((isRemembered(host) ? host.role : host.entry.role.kind) !== 'deployable') return nothing;
  if (isRemembered(host)) return rememberedHealth(host);
  // What an earlier look found is not true any more when the last one failed.
  if (host.probe.kind === 'failed') return status('?', 'unknown', 'muted');
  if (host.facts === null) return rememberedHealth(host);
  const failed = troubledUnits(host);
  return unitsStatus({
    failed: shownUnits(failed),
    down: shownUnits(criticalDown(host).filter((unit) => !failed.includes(unit))),
    critical: criticalUnits(host).length,
  });
};

/** Whether a row changes by itself as time goes: only then is it drawn again at each tick. */
const isAnimated = (host: FleetHost): boolean =>
  !isRemembered(host) &&
  (host.work.kind === 'running' ||
    host.work.kind === 'rollingBack' ||
    host.probe.kind === 'probing' ||
    host.expectation.kind === 'evaluating');

/** The time that a row is drawn by: it is another only when the row is, so that no other row is drawn again. */
export const timeOfRow = (host: FleetHost, now: number): number => {
  if (isAnimated(host)) return now;
  return shownStanding(host) === null ? 0 : Math.floor(now / minute) * minute;
};
