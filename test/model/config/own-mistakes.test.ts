import { expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import {
  namedFiles,
  namedPrograms,
  ownMistakes,
} from '../../../source/model/config/own-mistakes.ts';

const found = (table: object): readonly string[] =>
  ownMistakes(configSchema.parse(table), '2026-11-29').map(
    ({ path, detail, remedy }) => `${path.join('.')}: ${detail} -> ${remedy}`,
  );

test.each<[string, object, readonly string[]]>([
  [
    'a tag that begins with the sign of --on',
    { hosts: { p620: { tags: ['web', '@server'] } } },
    [
      'hosts.p620.tags.1: the tag "@server" cannot be named: the @ belongs to --on @TAG, not to the tag -> write "server"',
    ],
  ],
  [
    'a tag with a comma, one with a space at its end',
    { hosts: { p620: { tags: ['a,b', 'web '] } } },
    [
      'hosts.p620.tags.0: the tag "a,b" cannot be named: --on takes several tags with commas between them -> write it as several tags',
      'hosts.p620.tags.1: the tag "web " cannot be named: --on takes several tags with commas between them -> write "web"',
    ],
  ],
  [
    'a mistyped placeholder',
    { commands: { test_host: ['just', 'test-{hots}'] } },
    [
      'commands.test_host.1: {hots} in commands.test_host stands for nothing -> did you mean {host}?',
    ],
  ],
  [
    'a placeholder in a command for all hosts',
    { commands: { test_all: ['just', 'test', '{host}'] } },
    [
      'commands.test_all.2: {host} in commands.test_all stands for nothing -> only test_host is run for one host: name none in commands.test_all',
    ],
  ],
  [
    'a mistyped placeholder of a notification',
    { notify: { command: ['notify-send', '{titel}', '{text}'] } },
    ['notify.command.1: {titel} in notify.command stands for nothing -> did you mean {title}?'],
  ],
  [
    'braces that belong to other programs',
    {
      commands: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
        test_host: ['sh', '-c', "awk '{print $1}' {a,b} {} ${HOSTS} {{host}} ; echo {host}"],
      },
    },
    [],
  ],
  [
    'a hold whose day has come',
    { inputs: { nixpkgs: { hold: { reason: 'x', until: '2026-11-29' } } } },
    [
      'inputs.nixpkgs.hold.until: the hold of nixpkgs ended on 2026-11-29: the input is updated again -> remove the hold, or name a later day',
    ],
  ],
  [
    'holds with a day to come, and without one',
    {
      inputs: {
        nixpkgs: { hold: { reason: 'x', until: '2026-11-30' } },
        disko: { hold: { reason: 'x' } },
      },
    },
    [],
  ],
])('%s', (_, table, problems) => {
  expect(found(table)).toEqual(problems);
});

test('files that are run are named from the flake; programs by their whole path, or on the PATH, apart', () => {
  const config = configSchema.parse({
    hosts: { p620: { health: ['checks/p620.sh'] } },
    commands: { syntax: ['./check', 'x'], validate: ['just', 'x/y'], tasks: ['/bin/true'] },
    notify: { command: ['./tell.sh'] },
  });
  expect(namedFiles(config).map(({ path, file }) => [path.join('.'), file])).toEqual([
    ['hosts.p620.health.0', 'checks/p620.sh'],
    ['commands.syntax.0', './check'],
    ['notify.command.0', './tell.sh'],
  ]);
  expect(namedPrograms(config).map(({ path, file }) => [path.join('.'), file])).toEqual([
    ['commands.validate.0', 'just'],
    ['commands.tasks.0', '/bin/true'],
  ]);
});
