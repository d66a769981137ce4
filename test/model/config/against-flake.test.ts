import { expect, test } from 'vitest';
import { compareWithFlake } from '../../../source/model/config/against-flake.ts';
import { configSchema } from '../../../source/model/config/config.ts';

const names = {
  hosts: ['p620', 'razer', 'p510'],
  inputs: ['nixpkgs', 'disko'],
  units: new Map([['p620', ['grafana.service', 'sshd.service']]]),
  actions: [
    { id: 'deploy', keys: ['d'], where: ['everywhere'] },
    { id: 'test', keys: ['t'], where: ['everywhere'] },
    { id: 'revert', keys: ['x'], where: ['lock'] },
    { id: 'sort', keys: ['s'], where: ['fleet'] },
  ],
};

const found = (table: object): readonly string[] =>
  compareWithFlake(configSchema.parse(table), names).map(
    ({ path, detail, remedy }) => `${path.join('.')}: ${detail} -> ${remedy}`,
  );

test.each<[object, readonly string[]]>([
  [{}, []],
  [{ hosts: { p62: {} } }, ['hosts.p62: the flake has no host "p62" -> did you mean p620?']],
  [{ hosts: { dex5550: {} } }, ['hosts.dex5550: the flake has no host "dex5550" -> remove it']],
  [
    { fleet: { waves: [['razer'], ['razer', 'gone-host']] } },
    [
      'fleet.waves.1.0: razer is in two waves -> name it in one wave only',
      'fleet.waves.1.1: the flake has no host "gone-host" -> remove it',
    ],
  ],
  [
    {
      hosts: { p620: { after: ['razer'] }, razer: { after: ['p510'] }, p510: { after: ['p620'] } },
    },
    [
      'hosts.p620.after: these hosts wait for each other: p620 → razer → p510 → p620 -> take one of them out of after',
      'hosts.razer.after: these hosts wait for each other: razer → p510 → p620 → razer -> take one of them out of after',
      'hosts.p510.after: these hosts wait for each other: p510 → p620 → razer → p510 -> take one of them out of after',
    ],
  ],
  [
    { hosts: { p620: { build_on: 'lokal' } } },
    ['hosts.p620.build_on: the flake has no host "lokal" -> did you mean local?'],
  ],
  [
    { hosts: { p620: { critical: ['grafan.service'] }, razer: { critical: ['x.service'] } } },
    [
      'hosts.p620.critical.0: the configuration of p620 has no unit "grafan.service" -> did you mean grafana.service?',
    ],
  ],
  [
    { monitoring: { instances: { p62: 'p62.home:9100', razer: 'razer:9100' } } },
    ['monitoring.instances.p62: the flake has no host "p62" -> did you mean p620?'],
  ],
  [
    { inputs: { 'nix-pkgs': { hold: { reason: 'x' } } } },
    ['inputs.nix-pkgs: the flake has no input "nix-pkgs" -> did you mean nixpkgs?'],
  ],
  [
    { keys: { deploy: ['d'], test: ['d'], deply: ['x'] } },
    [
      'keys.deploy.0: the key "d" is given to deploy, and it is the key of test -> give it to one action only',
      'keys.deply: there is no action "deply" -> did you mean deploy?',
    ],
  ],
  [
    { keys: { deploy: ['t'] } },
    [
      'keys.deploy.0: the key "t" is given to deploy, and it is the key of test -> give deploy another key, or test one of its own: test = ["KEY"]',
    ],
  ],
  // A view's own key is a key of two actions where the other holds everywhere.
  [
    { keys: { deploy: ['x'] } },
    [
      'keys.deploy.0: the key "x" is given to deploy, and it is the key of revert -> give deploy another key, or revert one of its own: revert = ["KEY"]',
    ],
  ],
  // Two views never meet.
  [{ keys: { sort: ['x'] } }, []],
  // What was free before is free, and what another action gave up as well.
  [{ keys: { deploy: ['t'], test: ['D'] } }, []],
  [
    { keys: { deploy: ['ctrl-d'] } },
    [
      'keys.deploy.0: there is no key "ctrl-d" -> name a character, ^ and a letter, or one of: space, enter, escape, tab, shift-tab, backspace, delete, up, down, left, right, pageup, pagedown, home, end',
    ],
  ],
  [
    {
      checks: [
        { name: 'a', http: 'http://x' },
        { name: 'a', http: 'http://y' },
      ],
    },
    ['checks.1.name: two checks are called "a" -> give each its own name'],
  ],
])('%j', (table, problems) => {
  expect(found(table)).toEqual(problems);
});

test('nothing is compared with what nobody knows', () => {
  const config = configSchema.parse({ hosts: { gone: {} }, inputs: { gone: {} } });
  expect(compareWithFlake(config, { hosts: null, inputs: null })).toEqual([]);
});
