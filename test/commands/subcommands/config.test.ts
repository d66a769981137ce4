import { expect, test } from 'vitest';
import { runConfigCheck } from '../../../source/commands/subcommands/config.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

const lock = JSON.stringify({
  version: 7,
  root: 'root',
  nodes: {
    root: { inputs: { nixpkgs: 'nixpkgs' } },
    nixpkgs: {
      locked: { type: 'path', path: '/x', narHash: 'sha256-x', lastModified: 1 },
      original: { type: 'path', path: '/x' },
    },
  },
});

const noTable: StrictAnswer = {
  match: '#nixup',
  exit: 1,
  stderr:
    "error: flake 'path:/fleet' does not provide attribute 'packages.x86_64-linux.nixup' or 'nixup'",
};

const hosts: StrictAnswer = { match: '#nixosConfigurations', stdout: '["p620","razer"]' };

test('stale names are told with file and line, and end with 2', async () => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': '[hosts.p620]\npolicy = "ask"\n\n[hosts.rasor]\n\n[inputs.nixpkg]\n',
      '/fleet/flake.lock': lock,
    },
    answers: [noTable, hosts],
  });
  expect(await runConfigCheck({ flake: '/fleet' }, world)).toEqual({
    exitCode: 2,
    file: 'nixup.toml',
    failures: [
      {
        code: 'config-invalid',
        file: 'nixup.toml',
        line: 4,
        detail: 'the flake has no host "rasor"',
        remedy: 'did you mean razer?',
      },
      {
        code: 'config-invalid',
        file: 'nixup.toml',
        line: 6,
        detail: 'the flake has no input "nixpkg"',
        remedy: 'did you mean nixpkgs?',
      },
    ],
    notes: [],
  });
  world.assertAllUsed();
});

test('critical units are compared with those that the host defines', async () => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': '[hosts.p620]\ncritical = [\n  "grafan.service",\n]\n',
      '/fleet/flake.lock': lock,
    },
    answers: [noTable, { match: '.config.systemd.units', stdout: '["grafana.service"]' }, hosts],
  });
  expect((await runConfigCheck({ flake: '/fleet' }, world)).failures).toMatchObject([
    { line: 3, remedy: 'did you mean grafana.service?' },
  ]);
});

test('an address on a name that is gone, and where nothing answers, is stale', async () => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml':
        '[[checks]]\nname = "a"\nhttp = "http://dex5550:3000/"\n[[checks]]\nname = "b"\nhttp = "http://nas/"\n[[checks]]\nname = "c"\nhttp = "http://p620/"\n',
      '/fleet/flake.lock': lock,
    },
    answers: [noTable, hosts],
    http: [
      { url: 'http://dex5550:3000/', failure: { code: 'http-failed', url: 'x', detail: 'x' } },
      { url: 'http://nas/' },
    ],
  });
  expect((await runConfigCheck({ flake: '/fleet' }, world)).failures).toMatchObject([
    { line: 3, detail: expect.stringContaining('the flake has no host "dex5550"') },
  ]);
  world.assertAllUsed();
});

test('addresses of checks are looked at as each host asks them, and as this machine can', async () => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': `[hosts.p620]
address = "ada@p620.example"
tags = ["server"]
[[checks]]
name = "filled"
http = "http://{host}:3000"
hosts = ["p620"]
[[checks]]
name = "of a tag"
http = "http://{address}:3000"
tags = ["server"]
[[checks]]
name = "asked on the host"
http = "http://database:3000"
from = "host"
hosts = ["p620"]
[[checks]]
name = "gone"
http = "http://ada:s3cret@old{host}:3000"
hosts = ["p620"]
`,
      '/fleet/flake.lock': lock,
    },
    answers: [noTable, hosts],
    http: [
      {
        url: 'http://ada:s3cret@oldp620:3000',
        failure: { code: 'http-failed', url: 'x', detail: 'x' },
      },
    ],
  });
  const { failures } = await runConfigCheck({ flake: '/fleet' }, world);
  expect(failures).toMatchObject([
    {
      line: 19,
      detail: expect.stringContaining('://ada:***@oldp620:3000: the flake has no host "oldp620"'),
    },
  ]);
  world.assertAllUsed();
});

test('without Nix the schema is still checked, and the rest is said so', async () => {
  const missing = { failure: { code: 'program-missing', program: 'nix' } as const };
  const world = strictWorld({
    files: { '/fleet/nixup.toml': '[fleet]\nsoak = "5s"\n', '/fleet/flake.lock': lock },
    answers: [{ match: 'nix eval', times: 2, ...missing }],
  });
  const answer = await runConfigCheck({ flake: '/fleet' }, world);
  expect(answer).toMatchObject({ exitCode: 0, failures: [] });
  expect(answer.notes).toEqual([expect.stringContaining('Hosts were not compared')]);
});

test('the table of the flake is checked too', async () => {
  const world = strictWorld({
    files: { '/fleet/flake.lock': lock },
    answers: [{ match: '#nixup', stdout: '{"fleet":{"sok":"5s"}}' }],
  });
  expect(await runConfigCheck({ flake: '/fleet' }, world)).toMatchObject({
    exitCode: 2,
    file: null,
    failures: [{ file: 'flake.nix (output nixup)', remedy: 'did you mean soak?' }],
  });
});

test('every mistake is told at once: of the schema, of the flake, and of the files', async () => {
  const text = [
    '[fleet]',
    'soak = "5 parsecs"',
    '[hosts.p620]',
    'tags = ["@server"]',
    'polici = "ask"',
    'health = ["scripts/p62.sh", "../p.sh"]',
    '[hosts.rasor]',
    '[inputs.nixpkg]',
    '[inputs.nixpkgs]',
    'hold = { until = "2026-12-24" }',
    '[commands]',
    'test_host = ["just", "{hots}"]',
    '[[checks]]',
    'name = 5',
    '[nothing]',
  ].join('\n');
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': text,
      '/fleet/flake.lock': lock,
      '/fleet/scripts/p620.sh': 'true',
    },
    answers: [noTable, hosts],
  });
  const { failures, exitCode } = await runConfigCheck({ flake: '/fleet' }, world);
  expect(exitCode).toBe(2);
  expect(
    failures.map((one) => (one.code === 'config-invalid' ? `${one.line}: ${one.remedy}` : one)),
  ).toEqual([
    '2: give a duration such as "90s", "15m", "1h30m" or "30d"',
    '4: write "server"',
    '5: did you mean policy?',
    '6: did you mean scripts/p620.sh?',
    '6: name a file of the flake, from its folder',
    '7: did you mean razer?',
    '8: did you mean nixpkgs?',
    '10: add inputs.nixpkgs.hold.reason (a text)',
    '12: did you mean {host}?',
    '14: give a text',
    '15: remove it (keys are fleet, hosts, checks, monitoring, history, notify, commands, inputs, commit, screen, keys)',
  ]);
});

test('units that Nix does not list are said not to be compared', async () => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': '[hosts.p620]\ncritical = ["sshd.service"]\n',
      '/fleet/flake.lock': lock,
    },
    answers: [
      noTable,
      { match: '.config.systemd.units', exit: 1, stderr: "error: attribute 'systemd' missing" },
      hosts,
    ],
  });
  expect((await runConfigCheck({ flake: '/fleet' }, world)).notes).toEqual([
    'Critical units of p620 were not compared: Nix does not list its units.',
  ]);
});

test('where git does not trust the checkout its reason and the remedy are told, not what Nix makes of that', async () => {
  const world = strictWorld({
    files: { '/fleet/nixup.toml': '' },
    answers: [
      noTable,
      {
        match: '#nixosConfigurations',
        exit: 1,
        stderr: "error: program 'git' failed with exit code 129\n",
      },
      {
        match: 'rev-parse',
        exit: 128,
        stderr: "fatal: detected dubious ownership in repository at '/fleet'\n",
      },
    ],
  });
  const { notes } = await runConfigCheck({ flake: '/fleet' }, world);
  expect(notes[0]).toMatch(/^Hosts were not compared: .*dubious ownership/);
  expect(notes[0]).toContain('git config --global --add safe.directory /fleet');
  expect(notes[0]).not.toContain('129');
});
