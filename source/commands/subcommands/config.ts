import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { actionTable } from '../../actions/table.ts';
import { compareWithFlake, type StalePlace } from '../../model/config/against-flake.ts';
import { hostsWith } from '../../model/config/host-tags.ts';
import type { KeyedAction } from '../../model/config/key-conflicts.ts';
import { namedFiles, ownMistakes } from '../../model/config/own-mistakes.ts';
import type { Config } from '../../model/config/settings.ts';
import { explain, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { hostInAddress } from '../../model/host/address.ts';
import { checkFor } from '../../model/host/own-checks.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showDate } from '../../model/words/format-time.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { locateProblems } from '../../parsers/config/config.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { redact } from '../../parsers/redact.ts';
import { askedMistakes } from '../../services/board/config-asked.ts';
import { loadWithMistakes, readConfigSource } from '../../services/config/config.ts';
import { findPlace, isNoRepository } from '../../services/git/command.ts';
import { readFlakeTable, readHostNames, readUnitNames } from '../../services/nix/flake-names.ts';
import type { World } from '../../services/world/world.ts';
import type { FlaglessRun } from '../program/command.ts';
import { openFolder } from '../program/open.ts';

export interface ConfigCheckRequest {
  /** The flake's folder. */
  readonly flake: string;
  readonly file?: string | undefined;
  /** The actions that keys can be given to; absent: not compared. */
  readonly actions?: readonly KeyedAction[];
}

export interface ConfigCheckAnswer {
  /** 0 when all is well, 2 when something is not. */
  readonly exitCode: 0 | 2;
  /** The name of the file; null when there is none. */
  readonly file: string | null;
  readonly failures: readonly Failure[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

const inputNames = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<readonly string[] | null> => {
  const text = await world.files.read(join(flake, 'flake.lock'));
  if (!text.ok || text.value === undefined) return null;
  const lock = parseFlakeLock(text.value, 'flake.lock');
  if (!lock.ok) return null;
  return Object.keys(lock.value.nodes.get(lock.value.root)?.inputs ?? {});
};

/** The units of each host that names critical ones; `unread`: hosts whose units Nix does not list. */
const unitNames = async (
  world: World,
  flake: string,
  config: Config,
  hosts: readonly string[],
): Promise<{
  readonly units: ReadonlyMap<string, readonly string[]>;
  readonly unread: readonly string[];
}> => {
  const units = new Map<string, readonly string[]>();
  const unread: string[] = [];
  // One after the other: each evaluates a whole host, which takes much memory.
  for (const [host, { critical }] of Object.entries(config.hosts)) {
    if (critical.length === 0 || !hosts.includes(host)) continue;
    const names = await readUnitNames(world, flake, host);
    if (names === null) unread.push(host);
    else units.set(host, names);
  }
  return { units, unread };
};

/** Files that the configuration has run and the flake does not have. */
const missingFiles = async (
  { files }: Pick<World, 'files'>,
  flake: string,
  config: Config,
): Promise<readonly StalePlace[]> => {
  const places = await Promise.all(
    namedFiles(config).map(async ({ path, file }): Promise<readonly StalePlace[]> => {
      const at = join(flake, file);
      const beside = relative(flake, at);
      if (beside.startsWith('..') || isAbsolute(file))
        return [
          {
            path,
            detail: `${file} is not in the flake`,
            remedy: 'name a file of the flake, from its folder',
          },
        ];
      if (await files.exists(at)) return [];
      const others = await files.list(dirname(at));
      const nearest = nearestName(basename(at), others.ok ? others.value : []);
      return [
        {
          path,
          detail: `the flake has no file ${file}`,
          remedy:
            nearest === null
              ? 'change or remove it'
              : `did you mean ${join(dirname(beside), nearest)}?`,
        },
      ];
    }),
  );
  return places.flat();
};

type PlacedAddress = readonly [path: StalePlace['path'], url: string];

/** What this machine asks for checks: the address of each host that one belongs to, as it is filled in. */
const checkAddresses = (config: Config, hosts: readonly string[]): readonly PlacedAddress[] =>
  config.checks.flatMap(({ order, hosts: named, tags }, index): readonly PlacedAddress[] => {
    // A name that the host asks need not be one that this machine knows.
    if (order.from === 'host') return [];
    const owners = new Set([...named, ...hostsWith(config, tags)]);
    const orders =
      named.length + tags.length === 0
        ? [order]
        : hosts
            .filter((name) => owners.has(name))
            .map((name) => checkFor(order, { name, address: config.hosts[name]?.address ?? name }));
    const urls = new Set(
      orders.flatMap(({ ask }) => ('url' in ask && URL.canParse(ask.url) ? [ask.url] : [])),
    );
    return [...urls].map((url) => [['checks', index, order.ask.kind], url] as const);
  });

/** Addresses on a bare name that is no host of the flake, and where nothing answers. */
const deadAddresses = async (
  world: World,
  config: Config,
  hosts: readonly string[],
): Promise<readonly StalePlace[]> => {
  const known = new Set([
    ...hosts,
    ...Object.values(config.hosts).flatMap(({ address }) =>
      address === null ? [] : [hostInAddress(address)],
    ),
    'localhost',
  ]);
  const { prometheus, morePrometheus, grafana } = config.monitoring;
  const servers = [prometheus, ...morePrometheus].flatMap((one) => one ?? []);
  const addresses: readonly PlacedAddress[] = [
    ...checkAddresses(config, hosts),
    ...servers.flatMap(({ via, url }, index) =>
      via === null
        ? [
            [
              servers.length === 1
                ? ['monitoring', 'prometheus']
                : ['monitoring', 'prometheus', index],
              url,
            ] as const,
          ]
        : [],
    ),
    ...(grafana?.via === null ? [[['monitoring', 'grafana'], grafana.url] as const] : []),
  ];
  const places = await Promise.all(
    addresses.map(async ([path, url]): Promise<readonly StalePlace[]> => {
      const { hostname } = new URL(url);
      if (hostname.includes('.') || hostname.includes(':') || known.has(hostname)) return [];
      const answer = await world.http({ url, timeoutMs: 5_000 });
      return answer.ok
        ? []
        : [
            {
              path,
              detail: `${redact(url)}: the flake has no host ${JSON.stringify(hostname)}, and nothing answers there`,
              remedy: 'change or remove it',
            },
          ];
    }),
  );
  return places.flat();
};

/** Nix reads the flake through git: where git refuses the checkout, its reason and the way out count, not what Nix makes of that. */
const whyNotCompared = async (world: World, flake: string, failure: Failure): Promise<string> => {
  const told = `Hosts were not compared. ${explain(failure).what}`;
  if (failure.code !== 'evaluation-failed') return told;
  const place = await findPlace(world.exec, flake);
  if (place.ok || place.failure.code !== 'git-refused' || isNoRepository(place.failure.detail))
    return told;
  return `Hosts were not compared: ${explainInLine(place.failure)}`;
};

const lineOf = (failure: Failure): number =>
  failure.code === 'config-invalid' ? (failure.line ?? 0) : 0;

/** Validates the configuration against its schema and against the flake. */
export const runConfigCheck = async (
  request: ConfigCheckRequest,
  world: World,
): Promise<ConfigCheckAnswer> => {
  const { flake } = request;
  const place = { flake, file: request.file };
  const source = await readConfigSource(world, place);
  if (!source.ok) return { exitCode: 2, file: null, failures: [source.failure], notes: [] };
  const file = source.value?.shown ?? null;
  const notes: string[] = [];
  const table = await readFlakeTable(world, flake);
  const {
    config,
    placeInText,
    failures: mistakes,
  } = await loadWithMistakes(world, {
    ...place,
    flakeTable: table.ok ? table.value : undefined,
  });
  if (config === null) return { exitCode: 2, file, failures: mistakes, notes };
  const hosts = await readHostNames(world, flake);
  if (!hosts.ok) notes.push(await whyNotCompared(world, flake, hosts.failure));
  const inputs = await inputNames(world, flake);
  if (inputs === null) notes.push('Inputs were not compared: there is no readable flake.lock.');
  const known = hosts.ok ? hosts.value : null;
  const { units, unread } =
    known === null
      ? { units: new Map<string, readonly string[]>(), unread: [] }
      : await unitNames(world, flake, config, known);
  for (const host of unread)
    notes.push(`Critical units of ${host} were not compared: Nix does not list its units.`);
  const asked = await askedMistakes(world, flake, config, known ?? []);
  notes.push(...asked.notes);
  const places = [
    ...asked.places,
    ...ownMistakes(config, showDate(world.clock.now())),
    ...compareWithFlake(config, {
      hosts: known,
      inputs,
      units,
      ...(request.actions === undefined ? {} : { actions: request.actions }),
    }),
    ...(await missingFiles(world, flake, config)),
    ...(known === null ? [] : await deadAddresses(world, config, known)),
  ];
  const found = locateProblems(
    places.map((one) => ({ ...one, path: placeInText(one.path) })),
    file ?? 'flake.nix (output nixup)',
    source.value?.text ?? null,
  );
  const failures = [...mistakes, ...found].toSorted((one, other) => lineOf(one) - lineOf(other));
  return { exitCode: failures.length === 0 ? 0 : 2, file, failures, notes };
};

const line = (failure: Failure): string =>
  failure.code === 'config-invalid'
    ? `${failure.file}${failure.line === null ? '' : `:${failure.line}`}: ${failure.detail}\n    ${failure.remedy}`
    : `${explain(failure).what}\n    ${adviceLine(explain(failure).next)}`;

/** `nixup config check`: every mistake with file, line and the way out; exit status 2 when there is one. */
export const run: FlaglessRun<'config'> = async (invocation, context) => {
  const { flags } = invocation;
  const { console, world } = context;
  const { exitCode, file, failures, notes } = await runConfigCheck(
    {
      flake: openFolder(context, flags.flake),
      file: flags.config ?? undefined,
      actions: actionTable,
    },
    world,
  );
  for (const note of notes) console.tell(note);
  if (flags.json) {
    console.answerJson({ version: 1, file, ok: exitCode === 0, problems: failures, notes });
    return exitCode;
  }
  for (const failure of failures) console.tell(line(failure));
  if (failures.length === 0)
    console.answer(
      file === null
        ? 'There is no nixup.toml: the defaults are used.'
        : `${file} is valid${notes.length === 0 ? ', and the flake knows every name in it' : ''}.`,
    );
  return exitCode;
};
