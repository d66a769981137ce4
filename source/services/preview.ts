import { quoteWord } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry, StorePath } from '../model/host.ts';
import { criticalAmong, type HostPreview, type UnitImpact } from '../model/preview.ts';
import { failed, type Result, success } from '../model/result.ts';
import { activatedPath } from '../model/specialisation.ts';
import { isStorePath } from '../model/store-path.ts';
import { changedPrograms, compareUnits, type UnitTexts } from '../model/unit-difference.ts';
import { readActivationOutput } from '../parsers/activation-output.ts';
import { cleanLine } from '../parsers/clean-line.ts';
import { kernelVersion } from '../parsers/generations.ts';
import {
  readSystemDescription,
  readUnitTexts,
  type SystemDescription,
} from '../parsers/system-description.ts';
import type { RunOnHost } from './host-run.ts';
import { describeSystem, previewScript, unitTextsScript } from './preview-script.ts';
import { hasSpecialisation } from './specialisation.ts';

const timeoutMs = 90_000;

/** More changed units than this are counted by the dry run only. */
const comparedUnits = 400;

export interface PreviewOptions {
  /** Units that run now: others are not restarted. */
  readonly activeUnits: readonly string[];
  /** False for a boot: nothing is switched, so units do not matter. */
  readonly isSwitched: boolean;
  /** The specialisation that runs on the host. */
  readonly specialisation?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `grafana.service.d/x.conf` belongs to `grafana.service`. */
const unitOf = (file: string): string => file.replace(/\.d\/[^/]*$/, '');

const changedUnits = (old: SystemDescription, now: SystemDescription): readonly string[] => [
  ...new Set(
    [...new Set([...old.sums.keys(), ...now.sums.keys()])]
      .filter((file) => old.sums.get(file) !== now.sums.get(file))
      .map(unitOf),
  ),
];

const partWords: Readonly<Record<string, string>> = {
  kernel: 'kernel',
  initrd: 'initrd',
  'kernel-modules': 'kernel modules',
};

const bootParts = (
  booted: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(partWords).flatMap(([part, word]) => {
    const was = booted[part];
    const is = now[part];
    if (was === undefined || is === undefined || was === is) return [];
    if (part !== 'kernel') return [word];
    const [from, to] = [kernelVersion(was), kernelVersion(is)];
    return [from === to ? `${word} ${to ?? ''}, rebuilt` : `${word} ${from ?? '?'} → ${to ?? '?'}`];
  });

const reasonsToBoot = (old: SystemDescription, now: SystemDescription): readonly string[] => [
  ...(old.initInterface !== now.initInterface &&
  old.initInterface !== null &&
  now.initInterface !== null
    ? ['the init interface']
    : []),
  ...Object.entries(now.inhibitors).flatMap(([name, value]) => {
    const was = old.inhibitors[name];
    return was === undefined || was === value ? [] : [`${name}: ${was} → ${value}`];
  }),
];

/** What `dry-activate` said; null where it was not asked or could not say. */
export const dryImpact = (output: string): UnitImpact | null => {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('dry '))
    .map((line) => cleanLine(line.slice(4)));
  return /^dry-status 0$/m.test(output) ? readActivationOutput(lines).impact : null;
};

/** Whether the system has the specialisation, in the first of these stores that holds the system. */
const isThereIn = async (
  run: RunOnHost,
  places: readonly HostEntry[],
  system: StorePath,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  for (const place of places) {
    const answer = await run(
      place,
      `if ${hasSpecialisation(system, name)}; then echo has; elif [ -e ${quoteWord(system)} ]; then echo lacks; fi`,
      { timeoutMs, signal, quiet: true },
    );
    if (!answer.ok) continue;
    if (/^has$/m.test(answer.value.stdout)) return true;
    if (/^lacks$/m.test(answer.value.stdout)) return false;
  }
  return false;
};

/**
 * What an activation would do to a host. Where the system is there already, its
 * own `dry-activate` says so; before the copy the unit files of both systems
 * are compared. Changes nothing.
 */
export const createPreview =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    to: StorePath,
    options: PreviewOptions,
  ): Promise<Result<HostPreview, Failure>> => {
    const here: HostEntry = { ...entry, here: true };
    const { signal } = options;
    const quiet = { timeoutMs, signal, quiet: true };
    const unreadable = (detail: string): Result<HostPreview, Failure> =>
      failed({ code: 'output-unreadable', command: `the preview of ${entry.name}`, detail });
    if (!isStorePath(to)) return unreadable(`${to} is no store path`);
    const { specialisation } = options;
    const lacks =
      specialisation !== undefined &&
      options.isSwitched &&
      !(await isThereIn(run, [here, entry], to, specialisation, signal));
    const active = activatedPath(
      to,
      lacks || !options.isSwitched ? null : (specialisation ?? null),
    );
    const asked = await run(entry, previewScript(active, options.isSwitched), {
      ...quiet,
      privilege: 'wanted',
    });
    if (!asked.ok) return asked;
    const { stdout } = asked.value;
    const old = readSystemDescription(stdout, 'old');
    if (old === null || !stdout.includes('nixup-preview-end'))
      return unreadable('its answer has no end');
    let now = readSystemDescription(stdout, 'new');
    const isThere = now !== null;
    if (now === null) {
      const described = await run(here, describeSystem(active, 'new'), quiet);
      if (!described.ok) return described;
      now = readSystemDescription(described.value.stdout, 'new');
    }
    if (now === null) return unreadable(`${to} is neither here nor on ${entry.name}`);

    const names = options.isSwitched ? changedUnits(old, now).slice(0, comparedUnits) : [];
    const textsOf = async (on: HostEntry, system: string): Promise<UnitTexts> => {
      if (names.length === 0) return new Map();
      const answer = await run(on, unitTextsScript(system, 'text', names), quiet);
      return answer.ok ? readUnitTexts(answer.value.stdout, 'text') : new Map<string, string>();
    };
    const [before, after] = await Promise.all([
      textsOf(entry, '/run/current-system'),
      textsOf(isThere ? entry : here, active),
    ]);
    const exact = dryImpact(stdout);
    const booted = readSystemDescription(stdout, 'booted')?.parts ?? old.parts;
    const described = now;
    const impact: UnitImpact = exact ?? {
      ...compareUnits({
        old: before,
        new: after,
        active: options.activeUnits,
        wanted: options.isSwitched ? described.wanted : [],
        has: (unit) => described.sums.has(unit),
      }),
      restartsSystemd:
        options.isSwitched &&
        old.parts['systemd'] !== undefined &&
        described.parts['systemd'] !== old.parts['systemd'],
    };
    return success({
      basis: exact === null ? 'forecast' : 'exact',
      impact,
      critical: criticalAmong(entry, impact),
      bootParts: bootParts(booted, described.parts),
      mustBoot: options.isSwitched ? reasonsToBoot(old, described) : [],
      programs: changedPrograms(before, after),
      ...(lacks && specialisation !== undefined ? { leaves: specialisation } : {}),
    });
  };
