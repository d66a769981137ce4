import { quoteWord } from '../../model/command.ts';
import { criticalAmong, type HostPreview, unitsForeseen } from '../../model/deploy/preview.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { activatedPath } from '../../model/host/specialisation.ts';
import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  changedPrograms,
  type PendingUnits,
  type UnitTexts,
} from '../../model/units/difference.ts';
import { foreseeUnits } from '../../model/units/forecast.ts';
import { type ForeseenUnits, noImpact, type UnitImpact } from '../../model/units/impact.ts';
import type { LiveUnit } from '../../model/units/live.ts';
import { neededTexts, type UnitFiles } from '../../model/units/system.ts';
import { readActivationOutput } from '../../parsers/deploy/activation.ts';
import { kernelVersion } from '../../parsers/host/generations.ts';
import { readLiveUnits } from '../../parsers/host/live-units.ts';
import {
  readSystemDescription,
  readUnitTexts,
  type SystemDescription,
} from '../../parsers/host/system-description.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { hasSpecialisation } from '../host/specialisation.ts';
import type { RunOnHost } from '../ssh/run.ts';
import { describeSystem, previewScript, unitTextsScript } from './preview-script.ts';

const timeoutMs = 90_000;

export interface PreviewOptions {
  /** Units that ran when the host was asked last: for hosts whose systemd does not say more. */
  readonly activeUnits: readonly string[];
  /** False for a boot: nothing is switched, so units do not matter. */
  readonly isSwitched: boolean;
  /** The specialisation that runs on the host. */
  readonly specialisation?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `grafana.service.d/x.conf` belongs to `grafana.service`. */
const unitOf = (file: string): string => file.replace(/\.d\/[^/]*$/, '');

const byUnit = (texts: UnitTexts): UnitTexts => {
  const units = new Map<string, string>();
  for (const [file, text] of texts)
    units.set(unitOf(file), `${units.get(unitOf(file)) ?? ''}${text}`);
  return units;
};

const linesAfter = (output: string, mark: string): readonly string[] =>
  output.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []));

const readPending = (output: string): PendingUnits => ({
  start: linesAfter(output, 'pending start '),
  restart: linesAfter(output, 'pending restart '),
  reload: linesAfter(output, 'pending reload '),
});

/** Where systemd did not list its units, only those that are known to run. */
const withoutSystemd = (activeUnits: readonly string[]): readonly LiveUnit[] =>
  activeUnits.map((id) => ({
    id,
    names: [id],
    isLoaded: true,
    state: 'active',
    fragment: `/etc/systemd/system/${id}`,
    dependencies: {},
    triggeredBy: [],
    isHeldBack: false,
    stopsWhenUnneeded: false,
  }));

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

type Fixed = Pick<SystemDescription, 'initInterface' | 'inhibitors' | 'bus'>;

/**
 * What differs between two systems and cannot change while one runs, whichever of them is older.
 */
export const reasonsToBoot = (old: Fixed, now: Fixed): readonly string[] => [
  ...(old.initInterface !== now.initInterface &&
  old.initInterface !== null &&
  now.initInterface !== null
    ? ['the init interface']
    : []),
  ...Object.entries(now.inhibitors).flatMap(([name, value]) => {
    const was = old.inhibitors[name];
    return was === undefined || was === value ? [] : [`${name}: ${was} → ${value}`];
  }),
  // Systems from before inhibitors existed name none.
  ...(old.bus === null ||
  now.bus === null ||
  old.bus === now.bus ||
  Object.keys(now.inhibitors).some((name) => name.startsWith('dbus') && name in old.inhibitors)
    ? []
    : [`the system bus: ${old.bus} → ${now.bus}`]),
];

/** What `dry-activate` said; null where it was not asked or could not say. */
export const dryImpact = (output: string): UnitImpact | null => {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('dry '))
    .map((line) => cleanLine(line.slice(4)));
  return /^dry-status 0$/m.test(output) ? readActivationOutput(lines).impact : null;
};

/**
 * What `dry-activate` said, without stops of units that do not run: the program lists every mount
 * that is gone from fstab, also one that was never mounted (`noauto`), and its stop does nothing.
 * Without an answer of systemd nothing is left out.
 */
const withoutIdleStops = (
  said: UnitImpact | null,
  live: readonly LiveUnit[],
): UnitImpact | null => {
  if (said === null || live.length === 0) return said;
  const present = new Set(
    live.filter(({ state }) => state !== 'inactive').flatMap(({ id, names }) => [id, ...names]),
  );
  return { ...said, stop: said.stop.filter((unit) => present.has(unit)) };
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

interface Comparing {
  readonly entry: HostEntry;
  /** Where the other system is. */
  readonly there: HostEntry;
  readonly system: string;
  readonly old: SystemDescription;
  readonly now: SystemDescription;
  /** What the host answered. */
  readonly stdout: string;
  readonly activeUnits: readonly string[];
  readonly texts: (
    on: HostEntry,
    system: string,
    names: readonly string[],
  ) => Promise<Result<{ readonly stdout: string }, Failure>>;
}

interface Compared {
  readonly foreseen?: ForeseenUnits;
  readonly notCompared?: string;
  readonly programs: HostPreview['programs'];
}

/**
 * The unit files of both systems; what could not be read is told, and never taken as no difference.
 */
const compare = async (asked: Comparing): Promise<Compared> => {
  const { entry, there, old, now, stdout } = asked;
  const nothing = (notCompared: string): Compared => ({ notCompared, programs: [] });
  if (old.units === null)
    return nothing(`the unit files that ${entry.name} runs could not be read`);
  if (now.units === null) return nothing('the unit files of the new system could not be read');
  const said = readLiveUnits(linesAfter(stdout, 'live ').join('\n'));
  const live = said.length === 0 ? withoutSystemd(asked.activeUnits) : said;
  const bare = { old: { ...old.units, texts: new Map() }, now: { ...now.units, texts: new Map() } };
  const needed = neededTexts(bare.old, bare.now, new Set(live.map(({ id }) => id)));
  const textsOf = async (
    on: HostEntry,
    system: string,
    names: readonly string[],
  ): Promise<UnitTexts | null> => {
    if (names.length === 0) return new Map();
    const answer = await asked.texts(on, system, names);
    return answer.ok ? readUnitTexts(answer.value.stdout, 'text') : null;
  };
  const [before, after] = await Promise.all([
    textsOf(entry, '/run/current-system', needed.old),
    textsOf(there, asked.system, needed.now),
  ]);
  if (before === null) return nothing(`the unit files that ${entry.name} runs could not be read`);
  if (after === null) return nothing('the unit files of the new system could not be read');
  const files = (units: Omit<UnitFiles, 'texts'>, texts: UnitTexts): UnitFiles => ({
    ...units,
    texts,
  });
  const foreseen = foreseeUnits({
    old: files(old.units, before),
    now: files(now.units, after),
    live,
    pending: readPending(stdout),
  });
  const [config, systemd] = ['etc/systemd/system.conf', 'systemd'];
  const reexecutes =
    old.parts[config] !== now.parts[config] ||
    (old.parts[systemd] !== undefined && old.parts[systemd] !== now.parts[systemd]);
  return {
    foreseen: { ...foreseen, impact: { ...foreseen.impact, restartsSystemd: reexecutes } },
    ...(said.length > 0
      ? {}
      : { notCompared: `what depends on what: the systemd of ${entry.name} did not say` }),
    programs: changedPrograms(byUnit(before), byUnit(after)),
  };
};

/**
 * What an activation would do to a host. Where the system is there already, its
 * own `dry-activate` says so; before the copy the unit files of both systems
 * are compared. Changes nothing.
 */
// Over 60 lines: one question after the other, each with its own end.
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

    const exact = dryImpact(stdout);
    const booted = readSystemDescription(stdout, 'booted')?.parts ?? old.parts;
    const common = {
      ...(isThere ? { isThere } : {}),
      bootParts: bootParts(booted, now.parts),
      ...(lacks && specialisation !== undefined ? { leaves: specialisation } : {}),
    };
    if (!options.isSwitched)
      return success({
        ...common,
        basis: 'untouched',
        impact: noImpact,
        critical: [],
        mustBoot: [],
        programs: [],
      });
    const compared = await compare({
      entry,
      there: isThere ? entry : here,
      system: active,
      old,
      now,
      stdout,
      activeUnits: options.activeUnits,
      texts: (on, system, names) => run(on, unitTextsScript(system, 'text', names), quiet),
    });
    const said = withoutIdleStops(exact, readLiveUnits(linesAfter(stdout, 'live ').join('\n')));
    const units = unitsForeseen(said, compared.foreseen);
    return success({
      ...common,
      ...units,
      basis: exact === null ? (compared.foreseen === undefined ? 'unknown' : 'forecast') : 'exact',
      ...(compared.notCompared === undefined ? {} : { notCompared: compared.notCompared }),
      critical: criticalAmong(entry, units.impact),
      mustBoot: reasonsToBoot(old, now),
      programs: compared.programs,
    });
  };
