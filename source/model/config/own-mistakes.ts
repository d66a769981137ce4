import { fullUnitName } from '../host/unit-name.ts';
import { nearestName } from '../words/nearest.ts';
import type { StalePlace } from './against-flake.ts';
import { checkMistakes } from './check-mistakes.ts';
import { tagOf } from './host-tags.ts';
import { serverMistakes } from './server-mistakes.ts';
import type { Config } from './settings.ts';

/** Tags that `--on` cannot name: it drops the `@` that it takes before a tag, and ends a tag at a comma. */
const tagMistakes = (config: Config): readonly StalePlace[] =>
  Object.entries(config.hosts).flatMap(([host, { tags }]) =>
    tags.flatMap((tag, index): readonly StalePlace[] => {
      const path = ['hosts', host, 'tags', index];
      if (tag !== tagOf(tag))
        return [
          {
            path,
            detail: `the tag ${JSON.stringify(tag)} cannot be named: the @ belongs to --on @TAG, not to the tag`,
            remedy: `write ${JSON.stringify(tagOf(tag))}`,
          },
        ];
      if (tag.includes(',') || tag.trim() !== tag)
        return [
          {
            path,
            detail: `the tag ${JSON.stringify(tag)} cannot be named: --on takes several tags with commas between them`,
            remedy: tag.includes(',')
              ? 'write it as several tags'
              : `write ${JSON.stringify(tag.trim())}`,
          },
        ];
      return [];
    }),
  );

/** Settings of one host that cannot hold together. */
const hostMistakes = (config: Config): readonly StalePlace[] =>
  Object.entries(config.hosts).flatMap(([host, table]): readonly StalePlace[] => {
    const path = ['hosts', host];
    const ignored = new Set(table.ignoreUnits.map(fullUnitName));
    const port = /:(\d{1,5})$/.exec(
      /^ssh:\/\//.test(table.address ?? '') ? (table.address ?? '') : '',
    );
    return [
      ...table.critical.flatMap((unit, index): readonly StalePlace[] =>
        ignored.has(fullUnitName(unit))
          ? [
              {
                path: [...path, 'critical', index],
                detail: `${unit} of ${host} is critical and stands in ignore_units too`,
                remedy: 'take it out of one of them',
              },
            ]
          : [],
      ),
      ...(table.build === false && table.deploy === true
        ? [
            {
              path: [...path, 'deploy'],
              detail: `${host} cannot be deployed, as build = false leaves it out of tests and deploys`,
              remedy: 'remove one of them',
            },
          ]
        : []),
      ...(port !== null && (Number(port[1]) < 1 || Number(port[1]) > 65_535)
        ? [
            {
              path: [...path, 'address'],
              detail: `the address of ${host} has the port ${port[1]}, and ports go from 1 to 65535`,
              remedy: 'write a port that there is, or none: 22 is usual',
            },
          ]
        : []),
      ...(table.buildOn === host
        ? [
            {
              path: [...path, 'build_on'],
              detail: `${host} is named as its own builder`,
              remedy: 'write build_on = "target"',
            },
          ]
        : []),
    ];
  });

/** It is run once a host. */
const testHostMistakes = ({ commands: { testHost } }: Config): readonly StalePlace[] =>
  testHost === null || testHost.some((word) => word.match(placeholder) !== null)
    ? []
    : [
        {
          path: ['commands', 'test_host'],
          detail:
            'commands.test_host does not name the host: the same would be run for each of them',
          remedy: 'write {host} where the name of the host belongs, or use test_all',
        },
      ];

/** What stands between braces in a word of a command; `${…}` is a variable of a shell. */
const placeholder = /(?<!\$)\{([A-Za-z_][\w-]*)\}/g;

interface OwnCommand {
  /** Where it stands in `nixup.toml`. */
  readonly path: readonly [string, string];
  readonly words: readonly string[] | null;
  /** The placeholders that are filled in. */
  readonly filled: readonly string[];
}

/** Every command that the configuration has run. */
const commandsOf = ({ commands, notify }: Config): readonly OwnCommand[] => [
  { path: ['commands', 'syntax'], words: commands.syntax, filled: [] },
  { path: ['commands', 'validate'], words: commands.validate, filled: [] },
  { path: ['commands', 'test_all'], words: commands.testAll, filled: [] },
  { path: ['commands', 'test_host'], words: commands.testHost, filled: ['host'] },
  { path: ['commands', 'tasks'], words: commands.tasks, filled: [] },
  { path: ['notify', 'command'], words: notify.command, filled: ['title', 'text'] },
];

/**
 * Placeholders that are handed on as they stand. Braces mean something to shells and to other
 * programs too: only what is near to a placeholder of nixup is taken for a mistake.
 */
const placeholderMistakes = (config: Config): readonly StalePlace[] =>
  commandsOf(config).flatMap(({ path, words, filled }) =>
    (words ?? []).flatMap((word, index) =>
      [...word.matchAll(placeholder)].flatMap(([shown, name = '']): readonly StalePlace[] => {
        const key = path.join('.');
        const nearest = nearestName(name, filled.length === 0 ? ['host'] : filled);
        if (nearest === null || filled.includes(name)) return [];
        return [
          {
            path: [...path, index],
            detail: `${shown} in ${key} stands for nothing`,
            remedy: filled.includes(nearest)
              ? `did you mean {${nearest}}?`
              : `only test_host is run for one host: name none in ${key}`,
          },
        ];
      }),
    ),
  );

/** Holds whose day has come: their inputs are updated again. `today`: such as 2026-11-29. */
const endedHolds = (config: Config, today: string): readonly StalePlace[] =>
  Object.entries(config.inputs).flatMap(([input, { hold }]) =>
    hold?.until != null && hold.until <= today
      ? [
          {
            path: ['inputs', input, 'hold', 'until'],
            detail: `the hold of ${input} ended on ${hold.until}: the input is updated again`,
            remedy: 'remove the hold, or name a later day',
          },
        ]
      : [],
  );

/** What contradicts itself, or has no effect, whatever the flake has. Pure. */
export const ownMistakes = (config: Config, today: string): readonly StalePlace[] => [
  ...tagMistakes(config),
  ...hostMistakes(config),
  ...placeholderMistakes(config),
  ...testHostMistakes(config),
  ...checkMistakes(config),
  ...serverMistakes(config),
  ...endedHolds(config, today),
];

/** A program that is named by its whole path, or to be found on the PATH. */
export const namedPrograms = (config: Config): readonly NamedFile[] =>
  commandsOf(config).flatMap(({ path, words }) => {
    const [program = ''] = words ?? [];
    return program !== '' && (program.startsWith('/') || !program.includes('/'))
      ? [{ path: [...path, 0], file: program }]
      : [];
  });

interface NamedFile {
  readonly path: StalePlace['path'];
  /** As the configuration names it, from the flake's folder. */
  readonly file: string;
}

/** The files of the flake that the configuration has run: health scripts, and programs that are named by a path. */
export const namedFiles = (config: Config): readonly NamedFile[] => [
  ...Object.entries(config.hosts).flatMap(([host, { health }]) =>
    health.map((file, index) => ({ path: ['hosts', host, 'health', index], file })),
  ),
  ...config.checks.flatMap(({ order: { ask } }, index) =>
    ask.kind === 'script' ? [{ path: ['checks', index, 'script'], file: ask.file }] : [],
  ),
  ...commandsOf(config).flatMap(({ path, words }) => {
    const [program = ''] = words ?? [];
    return program.includes('/') && !program.startsWith('/')
      ? [{ path: [...path, 0], file: program }]
      : [];
  }),
];
