import pLimit from 'p-limit';
import { explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import {
  type Closure,
  comparePackages,
  newSizeOf,
  type PackageDifference,
} from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { countPackages, reviewPackages, versionsLine } from '../../model/packages/review.ts';
import { type Advice, commandOnly } from '../../model/words/advice.ts';
import { showSizeChange } from '../../model/words/format.ts';
import { padText } from '../../model/words/line.ts';
import { type Closures, createClosures } from '../../services/nix/store.ts';
import type { HostState } from '../../state/state.ts';
import type { EngineContext } from '../run/context.ts';

const hostsAtOnce = 4;

export interface ComparePackagesOptions {
  /** Builds what is not built yet; else such a host has no answer. */
  readonly build: boolean;
}

const unknown = (why: string, next: Advice | null = null): HostPackages => ({
  kind: 'unknown',
  why,
  next,
});

/** What the host runs and would run, or why one of them is not known. */
const bothSystems = (
  host: HostState,
): { readonly old: StorePath; readonly new: StorePath } | HostPackages => {
  const { entry, probe, facts, expectation } = host;
  if (entry.role.kind !== 'deployable') return unknown(entry.role.reason);
  if (probe.kind === 'failed') {
    const { what, next } = explain(probe.failure);
    return unknown(what, next);
  }
  if (facts?.current == null)
    return unknown(
      `What ${entry.name} runs is not known.`,
      commandOnly(`nixup status ${entry.name}`),
    );
  if (expectation.kind === 'failed')
    return unknown(expectation.failureText, commandOnly(`nixup test ${entry.name}`));
  if (expectation.kind !== 'known')
    return unknown(`What ${entry.name} would run is not evaluated yet.`);
  return { old: facts.current, new: expectation.toplevel };
};

const newClosure = async (
  context: EngineContext,
  closures: Closures,
  host: HostState,
  toplevel: StorePath,
  options: ComparePackagesOptions,
): Promise<Closure | HostPackages> => {
  const { name } = host.entry;
  const { expectation } = host;
  const builtOn = expectation.kind === 'known' ? expectation.builtOn : undefined;
  const builder = builtOn === undefined ? undefined : context.state().hosts[builtOn]?.entry;
  const found =
    builder === undefined ? await closures.here(toplevel) : await closures.on(builder, toplevel);
  if (!found.ok) return unknown(explain(found.failure).what);
  if (found.value !== null) return found.value;
  if (!options.build)
    return {
      kind: 'unknown',
      why: `The new system of ${name} is not built yet.`,
      next: commandOnly(`nixup test ${name}`),
      lacks: 'build',
    };
  const derivation = expectation.kind === 'known' ? expectation.derivation : null;
  context.emitter.emit({ type: 'packages-compared', host: name, packages: { kind: 'building' } });
  const [built] = await context.nix.build([{ host: name, derivation, toplevel }], { jobs: 1 });
  if (built?.outcome.ok !== true) {
    const told =
      built === undefined ? null : built.outcome.ok ? null : explain(built.outcome.failure);
    return unknown(
      told?.what ?? `The new system of ${name} could not be built.`,
      told?.next ?? null,
    );
  }
  const again = await closures.here(toplevel);
  if (again.ok && again.value !== null) return again.value;
  return unknown(`The new system of ${name} was built, and is not in this machine's store.`);
};

const compareHost = async (
  context: EngineContext,
  closures: Closures,
  host: HostState,
  options: ComparePackagesOptions,
): Promise<HostPackages> => {
  const systems = bothSystems(host);
  if ('kind' in systems) return systems;
  if (systems.old === systems.new)
    return { kind: 'compared', difference: { ...systems, changes: [], sizeDelta: 0 } };
  const now = await newClosure(context, closures, host, systems.new, options);
  if ('kind' in now) return now;
  // What the host runs now is compared, whatever this machine has.
  const old = await closures.on(host.entry, systems.old);
  if (!old.ok) {
    const { what, next } = explain(old.failure);
    return unknown(what, next);
  }
  return { kind: 'compared', difference: comparePackages(old.value, now) };
};

/** Compares what hosts run with what they would run, package by package; each answer is told as it comes. */
export const comparePackagesOf = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  options: ComparePackagesOptions,
): Promise<void> => {
  const { emitter, hosts } = context;
  const closures = createClosures(context.world, hosts.run);
  const limit = pLimit(hostsAtOnce);
  await Promise.all(
    entries.map(({ name }) =>
      limit(async () => {
        const host = context.state().hosts[name];
        if (host === undefined) return;
        emitter.emit({ type: 'packages-compared', host: name, packages: { kind: 'comparing' } });
        const packages = await compareHost(context, closures, host, options);
        emitter.emit({ type: 'packages-compared', host: name, packages });
      }),
    ),
  );
};

/** What differs between two systems of a host, wherever they lie; null where one is gone. */
export const packagesOf = async (
  closures: Closures,
  entry: HostEntry,
  from: StorePath,
  to: StorePath,
): Promise<(PackageDifference & { readonly newSize: number }) | null> => {
  const here = await closures.here(to);
  const now = here.ok && here.value !== null ? here : await closures.on(entry, to);
  const before = await closures.on(entry, from);
  return now.ok && now.value !== null && before.ok
    ? {
        ...comparePackages(before.value, now.value),
        newSize: newSizeOf(before.value, now.value),
      }
    : null;
};

/** What differs in packages between what the host runs and one of its generations, as lines. */
export const compareGeneration = async (
  context: EngineContext,
  host: string,
  path: StorePath,
): Promise<readonly string[]> => {
  const known = context.state().hosts[host];
  const from = known?.facts?.current ?? null;
  if (known === undefined || from === null) return ['What it runs is not known.'];
  if (from === path) return ['It runs now.'];
  const closures = createClosures(context.world, context.hosts.run);
  const difference = await packagesOf(closures, known.entry, from, path);
  if (difference === null) return ['Its packages could not be compared: it may be gone.'];
  return [
    `against what runs: ${countPackages(difference.changes)}   ${showSizeChange(difference.sizeDelta)}`,
    ...reviewPackages(difference.changes)
      .filter(({ kind }) => kind !== 'rebuilt')
      .map((change) => `  ${padText(change.kind, 11)}${change.name} ${versionsLine(change)}`),
  ];
};
