import { quoteWord } from '../../source/model/command.ts';
import { groupImpact, type HostPreview, mergeImpact } from '../../source/model/deploy/preview.ts';
import type { StorePath } from '../../source/model/nix/store-path.ts';
import { success } from '../../source/model/result.ts';
import type { UnitImpact } from '../../source/model/units/impact.ts';
import { createPreview } from '../../source/services/deploy/preview.ts';
import { entryOf } from '../fixtures/states.ts';
import type { Pair, SystemFiles } from './forecast-pairs.ts';
import { type HostName, mustRunIn, run } from './lab.ts';

export type Fate = 'restart' | 'stop' | 'start' | 'reload';
export type Fates = ReadonlyMap<string, Fate>;

const place = (name: string, content: SystemFiles[string]): string => {
  const file = name === 'fstab' ? '$new/etc/fstab' : `$new/etc/systemd/system/${quoteWord(name)}`;
  const [, target] = /\.(?:wants|requires|upholds)\/(.+)$/.exec(name) ?? [];
  const made = ((): string => {
    if (content === null) return `ln -s /dev/null ${file}`;
    if (typeof content !== 'string') return `ln -s ${quoteWord(content.alias)} ${file}`;
    return target === undefined
      ? `printf %s ${quoteWord(content)} > ${file}`
      : `ln -s ${quoteWord(`../${target.replace(/@.+\./, '@.')}`)} ${file}`;
  })();
  return `mkdir -p "$(dirname ${file})"; ${made}`;
};

/** Makes a system on the host: the one that it has, with these files as well. */
export const makeSystem = async (
  host: HostName,
  base: string,
  name: string,
  files: SystemFiles,
): Promise<string> =>
  (
    await mustRunIn(
      host,
      `base=${base}; folder=$(mktemp -d); new=$folder/nixos-system-${host}-${name}
       cp -a "$base/." "$new" 2>/dev/null || { mkdir "$new"; cp -a "$base/." "$new/"; }
       chmod -R u+w "$new"; rm "$new/etc"; cp -rd "$(readlink -f "$base/etc")" "$new/etc"; chmod -R u+w "$new/etc"
       ${Object.entries(files)
         .map(([file, content]) => place(file, content))
         .join('\n')}
       sed -i "s|^systemConfig=.*|systemConfig=\\$1|" "$new/activate"
       sed -i "2i self=\\$(dirname \\"\\$(dirname \\"\\$(readlink -f \\"\\$0\\")\\")\\")" "$new/bin/switch-to-configuration"
       sed -i "s|'$base'|\\"\\$self\\"|g" "$new/bin/switch-to-configuration"
       nix-store --add "$new"; rm -rf "$folder"`,
      { timeoutMs: 60_000 },
    )
  ).trim();

interface Seen {
  readonly state: string;
  /** New for each time that it starts. */
  readonly invocation: string;
}

const snapshot = async (host: HostName): Promise<ReadonlyMap<string, Seen>> => {
  const text = await mustRunIn(
    host,
    `systemctl show --all '*' -p Id,ActiveState,InvocationID,InactiveExitTimestampMonotonic`,
  );
  return new Map(
    text.split(/\n{2,}/).flatMap((paragraph) => {
      const value = (key: string): string =>
        new RegExp(`^${key}=(.*)$`, 'm').exec(paragraph)?.[1] ?? '';
      return value('Id') === ''
        ? []
        : [
            [
              value('Id'),
              {
                state: value('ActiveState'),
                invocation: `${value('InvocationID')}${value('InactiveExitTimestampMonotonic').replace(/^0$/, '')}`,
              },
            ] as const,
          ];
    }),
  );
};

/** What is not the activation's doing, and what comes and goes with other units. */
const isCounted = (unit: string): boolean =>
  !/\.(?:slice|scope|device)$|^run-|^user|^session|^sysinit-reactivation\.target$|^systemd-(?:tmpfiles-clean|hostnamed|timedated|localed|logind)/.test(
    unit,
  );

const isRunning = (seen: Seen | undefined): boolean =>
  seen !== undefined && /^(?:active|activating|reloading)$/.test(seen.state);

/** What became of a unit, by its state and the identity that systemd gives each run of it. */
const fateOf = (
  before: Seen | undefined,
  after: Seen | undefined,
  isReloaded: boolean,
): Fate | null => {
  const isAgain =
    after !== undefined && after.invocation !== '' && after.invocation !== before?.invocation;
  if (isRunning(before) && isRunning(after))
    return isAgain ? 'restart' : isReloaded ? 'reload' : null;
  if (isRunning(before)) return 'stop';
  return isRunning(after) || isAgain ? 'start' : null;
};

/** Switches the host, and says what really happened to its units. */
export const switchTo = async (
  host: HostName,
  system: string,
): Promise<{ readonly fates: Fates; readonly output: string }> => {
  const cursor = (
    await mustRunIn(host, "journalctl -n 0 --show-cursor | sed -n 's/^-- cursor: //p'")
  ).trim();
  const before = await snapshot(host);
  const done = await run(host, `${system}/bin/switch-to-configuration test 2>&1`, {
    timeoutMs: 120_000,
  });
  const after = await snapshot(host);
  const journal = await mustRunIn(
    host,
    `journalctl --sync; journalctl -o json --after-cursor=${quoteWord(cursor)} _PID=1 JOB_TYPE=reload JOB_RESULT=done | sed -n 's/.*"UNIT":"\\([^"]*\\)".*/\\1/p'`,
  );
  const reloaded = new Set(journal.replaceAll('\\\\', '\\').split('\n'));
  const fates = new Map<string, Fate>();
  for (const unit of new Set([...before.keys(), ...after.keys()])) {
    const fate = fateOf(before.get(unit), after.get(unit), reloaded.has(unit));
    if (fate !== null && isCounted(unit)) fates.set(unit, fate);
  }
  return { fates, output: `${done.stdout}status ${done.exitCode}` };
};

/** What nixup foresees, asked on the host itself. */
export const foresee = async (host: HostName, system: string): Promise<HostPreview> => {
  const preview = createPreview(async (_entry, script) => {
    const { stdout, stderr } = await run(host, script, { timeoutMs: 90_000 });
    return success({ stdout, stderr, exitCode: 0, tookMs: 0 });
  });
  const seen = await preview(entryOf(host), system as StorePath, {
    activeUnits: [],
    isSwitched: true,
  });
  if (!seen.ok) throw new Error(JSON.stringify(seen.failure));
  return seen.value;
};

const fatesOf = (impact: UnitImpact): Fates => {
  const { restarts, stops, reloads, starts } = groupImpact(impact);
  const all: readonly (readonly [readonly string[], Fate])[] = [
    [reloads, 'reload'],
    [starts, 'start'],
    [stops, 'stop'],
    [restarts, 'restart'],
  ];
  return new Map(
    all.flatMap(([units, fate]) => units.filter(isCounted).map((unit) => [unit, fate] as const)),
  );
};

/** By what it is foreseen: `dry-activate` alone, the unit files alone, both. */
export const foreseenBy = (preview: HostPreview) => ({
  said: fatesOf(preview.said ?? mergeImpact(null, undefined)),
  files: fatesOf(mergeImpact(null, preview.foreseen)),
  both: fatesOf(preview.impact),
});

export interface Score {
  readonly right: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
  readonly other: readonly string[];
}

export const noScore: Score = { right: 0, missed: [], wrong: [], other: [] };

/** How much of what happened was foreseen. */
export const score = (foreseen: Fates, happened: Fates): Score => {
  const units = [...new Set([...foreseen.keys(), ...happened.keys()])].sort();
  const say = (unit: string): string =>
    `${unit}: ${foreseen.get(unit) ?? 'nothing'} was foreseen, ${happened.get(unit) ?? 'nothing'} happened`;
  return {
    right: units.filter((unit) => foreseen.get(unit) === happened.get(unit)).length,
    missed: units.filter((unit) => !foreseen.has(unit)).map(say),
    wrong: units.filter((unit) => !happened.has(unit)).map(say),
    other: units
      .filter(
        (unit) =>
          foreseen.has(unit) && happened.has(unit) && foreseen.get(unit) !== happened.get(unit),
      )
      .map(say),
  };
};

export const add = (one: Score, other: Score): Score => ({
  right: one.right + other.right,
  missed: [...one.missed, ...other.missed],
  wrong: [...one.wrong, ...other.wrong],
  other: [...one.other, ...other.other],
});

export const share = ({ right, missed, wrong, other }: Score): number =>
  right / Math.max(1, right + missed.length + wrong.length + other.length);

export interface Measured {
  readonly kind: string;
  readonly said: Score;
  readonly files: Score;
  readonly both: Score;
  /** Units that went down, or down and up, and of which nothing was said. */
  readonly unforeseen: readonly string[];
}

/** Switches a host through pairs of systems, and compares what was foreseen with what happened. */
export const measure = async (
  host: HostName,
  pairs: readonly Pair[],
  directions: readonly ('forth' | 'back')[],
): Promise<readonly Measured[]> => {
  // What mounts are made of: the lab masks all generators.
  const base = await mustRunIn(
    host,
    'rm -f /etc/systemd/system-generators/systemd-fstab-generator; readlink /run/current-system',
  );
  const measured: Measured[] = [];
  for (const [index, pair] of pairs.entries()) {
    const old = await makeSystem(host, base.trim(), `${index}-old`, pair.old);
    const now = await makeSystem(host, base.trim(), `${index}-new`, pair.now);
    await switchTo(host, old);
    for (const direction of directions) {
      if (pair.prepare !== undefined) await run(host, pair.prepare, { timeoutMs: 30_000 });
      const to = direction === 'forth' ? now : old;
      const foreseen = foreseenBy(await foresee(host, to));
      const { fates } = await switchTo(host, to);
      measured.push({
        kind: direction === 'forth' ? pair.kind : `${pair.kind}, and back`,
        said: score(foreseen.said, fates),
        files: score(foreseen.files, fates),
        both: score(foreseen.both, fates),
        unforeseen: [...fates].flatMap(([unit, fate]) =>
          (fate === 'restart' || fate === 'stop') && !foreseen.both.has(unit) ? [unit] : [],
        ),
      });
    }
  }
  return measured;
};
