import pLimit from 'p-limit';
import type { Command } from '../../model/command.ts';
import { hostSettings } from '../../model/config/settings.ts';
import {
  type AlsoBack,
  byRestart,
  type DeployMode,
  type DeployPlan,
  type DeployTarget,
  type HostCommandFacts,
  hostsOnly,
  type RollbackPlan,
  type RollbackTarget,
} from '../../model/deploy/plan.ts';
import { type HostPreview, interrupted, needsReboot } from '../../model/deploy/preview.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { lastActivation } from '../../model/host/last-activations.ts';
import { otherSystemShort } from '../../model/host/other-system.ts';
import { switchedByWords } from '../../model/host/upgraders.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { PackageDifference } from '../../model/packages/packages.ts';
import { countPackages } from '../../model/packages/review.ts';
import type { ProgramChange } from '../../model/units/difference.ts';
import { noImpact } from '../../model/units/impact.ts';
import { hostCommands } from '../../services/host/commands.ts';
import { type Closures, createClosures } from '../../services/nix/store.ts';
import { activationWords } from '../../state/past/activation-end.ts';
import type { EngineContext } from '../run/context.ts';
import { isGood } from '../run/memory.ts';
import { packagesOf } from '../survey/packages.ts';
import { describeFilesBack } from './files-back.ts';
import { keepPreviewedPackages } from './planned-changes.ts';

const hostsAtOnce = 8;
/** Units whose programs start anew: with the next boot, or where nothing was compared, it may be any that runs. */
const startedAnew = (preview: HostPreview, facts: HostFacts | null): readonly string[] =>
  preview.basis === 'untouched' || preview.basis === 'unknown'
    ? (facts?.activeUnits ?? [])
    : interrupted(preview.impact);

/** Packages that a unit is named after: a wrapper may hide them from the unit's own file. */
const programsByName = (
  units: readonly string[],
  difference: PackageDifference,
): readonly ProgramChange[] =>
  units.flatMap((unit) => {
    const name = unit.replace(/@?[^@]*\.\w+$/, (end) => end.replace(/\.\w+$/, ''));
    const change = difference.changes.find((one) => one.name === name);
    const [from, to] = [change?.old.at(-1), change?.new.at(-1)];
    return from === undefined || to === undefined || from === to ? [] : [{ unit, name, from, to }];
  });

/** A host that could not be asked: told as that, and never as a host without changes. */
const unknownPreview = (failure: Failure): HostPreview => ({
  basis: 'unknown',
  notCompared: explain(failure).what,
  impact: noImpact,
  critical: [],
  bootParts: [],
  mustBoot: [],
  programs: [],
});

/** What taking one host to a system would do, packages included. */
const previewHost = async (
  context: EngineContext,
  closures: Closures,
  entry: HostEntry,
  to: StorePath,
  mode: DeployMode,
): Promise<HostPreview> => {
  const { facts = null, deployed, expectation } = context.state().hosts[entry.name] ?? {};
  const from = facts?.current ?? null;
  const [asked, difference] = await Promise.all([
    context.hosts.preview(entry, to, {
      activeUnits: facts?.activeUnits ?? [],
      isSwitched: mode !== 'boot',
      specialisation: facts?.specialisation,
    }),
    from === null ? null : packagesOf(closures, entry, from, to),
  ]);
  if (difference !== null) keepPreviewedPackages(context, difference);
  // Its pane and the view of packages have the same then, and need not ask again.
  if (difference !== null && expectation?.kind === 'known' && expectation.toplevel === to)
    context.emitter.emit({
      type: 'packages-compared',
      host: entry.name,
      packages: { kind: 'compared', difference },
    });
  const known = asked.ok ? asked.value : unknownPreview(asked.failure);
  const last = lastActivation(facts);
  const other = facts === null || deployed === undefined ? null : otherSystemShort(facts, deployed);
  const runs = { history: context.state().history, activations: facts?.activations };
  const switchedBy = switchedByWords(
    facts?.upgraders ?? (facts?.automaticUpgrades ?? []).map((unit) => ({ unit, nextAt: null })),
    context.records.switchers(entry.name),
    context.world.clock.now(),
  );
  const alone: HostPreview = {
    ...known,
    ...(other === null ? {} : { otherSystem: other }),
    ...(last === null
      ? {}
      : { last: activationWords(last, entry.name, runs, context.world.clock.now()) }),
    ...(switchedBy.length === 0 ? {} : { switchedBy }),
  };
  const preview: HostPreview =
    difference === null
      ? alone
      : {
          ...alone,
          programs: [...known.programs, ...programsByName(startedAnew(known, facts), difference)],
          packages: {
            words: countPackages(difference.changes),
            sizeDelta: difference.sizeDelta,
            newSize: difference.newSize,
          },
        };
  context.emitter.emit({ type: 'host-previewed', host: entry.name, to, preview });
  return preview;
};
type Previewed = { readonly host: string; readonly to: StorePath };

const previewTargets = async <Target extends Previewed>(
  context: EngineContext,
  targets: readonly Target[],
  mode: DeployMode,
): Promise<readonly (Target & { readonly preview?: HostPreview })[]> => {
  const closures = createClosures(context.world, context.hosts.run);
  const limit = pLimit(hostsAtOnce);
  return await Promise.all(
    targets.map((target) =>
      limit(async () => {
        const entry = context.state().hosts[target.host]?.entry;
        if (entry === undefined) return target;
        const preview = await previewHost(context, closures, entry, target.to, mode);
        return { ...target, preview };
      }),
    ),
  );
};

/** What the preview says of the copy. */
const copiedTo = (
  preview: HostPreview | undefined,
): Pick<HostCommandFacts, 'isThere' | 'newSize'> => ({
  isThere: preview?.isThere === true,
  newSize: preview?.packages?.newSize,
});

/** The commands as they are once the host was unlocked, and asked whether its specialisation stays. */
const withCommands = <
  Target extends Previewed & {
    readonly commands: readonly Command[];
    readonly preview?: HostPreview;
  },
>(
  context: EngineContext,
  targets: readonly Target[],
  commandsOf: (
    entry: HostEntry,
    facts: HostFacts & Pick<HostCommandFacts, 'isThere' | 'newSize'>,
    to: StorePath,
  ) => readonly Command[],
): readonly Target[] =>
  targets.map((target) => {
    const { entry, facts } = context.state().hosts[target.host] ?? {};
    if (entry === undefined || facts == null) return target;
    const { specialisation: _left, ...bare } = facts;
    const kept = target.preview?.leaves === undefined ? facts : bare;
    return {
      ...target,
      commands: commandsOf(entry, { ...kept, ...copiedTo(target.preview) }, target.to),
    };
  });

/** The facts with whether the system that is left is kept as known good, by the rule of the script that keeps it. */
export const withKept = (
  context: EngineContext,
  { name }: HostEntry,
  facts: HostFacts & Pick<HostCommandFacts, 'isThere' | 'newSize'>,
): HostFacts & Pick<HostCommandFacts, 'isThere' | 'newSize' | 'keepsFrom'> => ({
  ...facts,
  keepsFrom:
    facts.profile === facts.current &&
    facts.knownGood !== facts.current &&
    isGood(context, name, facts.current),
});

/** The way by a restart: planned where the config says so, else for the person to choose. */
const offerRestart = (
  context: EngineContext,
  target: DeployTarget,
  reboot: 'ask' | 'auto',
): DeployTarget => {
  const { entry, facts } = context.state().hosts[target.host] ?? {};
  const offered: DeployTarget = {
    ...target,
    restart: 'offered',
    ...(entry === undefined || facts == null
      ? {}
      : {
          restartCommands: hostCommands.restart(
            entry,
            withKept(context, entry, { ...facts, ...copiedTo(target.preview) }),
            target.to,
          ),
        }),
  };
  return reboot === 'auto' ? byRestart(offered) : offered;
};

/** Adds to each target what it would do, and whether its policy has it restarted. */
export const previewDeploy = async (
  context: EngineContext,
  plan: DeployPlan,
): Promise<DeployPlan> => {
  const targets = withCommands(
    context,
    await previewTargets(context, plan.targets, plan.mode),
    (entry, facts, to) =>
      hostCommands.deploy(entry, withKept(context, entry, facts), to, plan.mode),
  );
  return {
    ...plan,
    targets: targets.map((target) => {
      const { reboot } = hostSettings(context.config, target.host);
      if (plan.mode !== 'switch' || reboot === 'never') return target;
      // This machine is not restarted under nixup's own feet.
      if (context.state().hosts[target.host]?.entry.here === true) return target;
      return target.preview !== undefined && needsReboot(target.preview)
        ? offerRestart(context, target, reboot)
        : target;
    }),
  };
};

/**
 * What may not change while a system runs may not change on a rollback either: that needs a
 * restart.
 */
const withRestart = (context: EngineContext, target: RollbackTarget): RollbackTarget => {
  const { entry, facts } = context.state().hosts[target.host] ?? {};
  const { reboot } = hostSettings(context.config, target.host);
  if (target.preview === undefined || !needsReboot(target.preview)) return target;
  // This machine is not restarted under nixup's own feet.
  if (entry === undefined || facts == null || entry.here || reboot === 'never') return target;
  const restartCommands = hostCommands.restartBack(entry, facts, target.to);
  // A new kernel alone may wait for the next boot.
  return reboot === 'auto' && target.preview.mustBoot.length > 0
    ? { ...target, restart: 'planned', commands: restartCommands }
    : { ...target, restart: 'offered', restartCommands };
};

export const previewRollback = async (
  context: EngineContext,
  plan: RollbackPlan,
  also: AlsoBack = hostsOnly,
): Promise<RollbackPlan> => {
  const files = await describeFilesBack(context, plan, also);
  return {
    ...plan,
    targets: withCommands(
      context,
      await previewTargets(context, plan.targets, 'switch'),
      hostCommands.rollback,
    ).map((target) => withRestart(context, target)),
    ...(files === undefined ? {} : { files }),
  };
};
