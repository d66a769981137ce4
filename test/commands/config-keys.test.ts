import { expect, test } from 'vitest';
import { referenceKeys } from '../../scripts/config-reference.ts';
import { actionTable, withKeys } from '../../source/actions/table.ts';
import { lookOf, type ScreenLook } from '../../source/commands/terminal/look.ts';
import { terminalNotification } from '../../source/commands/tui/notify.ts';
import { runsToRemove } from '../../source/engine/past/retention.ts';
import type { Config } from '../../source/model/config/settings.ts';
import { notificationOfWatch } from '../../source/model/run/notification.ts';
import { parseConfig } from '../../source/parsers/config/config.ts';
import { type ConfigPlay, pausedMs, playConfig } from '../support/play-config.ts';

/** What is played: the command lines, and how the demo differs for it. */
interface Scene extends ConfigPlay {
  readonly lines: readonly string[];
}

type Trace = readonly string[];

interface Row {
  readonly key: string;
  /** nixup.toml without the key, and with it. */
  readonly without: string;
  readonly toml: string;
  /** Whether the effect is there. */
  readonly shows: (toml: string) => Promise<boolean>;
}

const played = new Map<string, Promise<Trace>>();

/** Many rows begin from the same file and the same lines. */
const play = (toml: string, { lines, ...how }: Scene): Promise<Trace> => {
  const name = JSON.stringify([toml, lines, how]);
  const known = played.get(name) ?? playConfig(toml, lines, how);
  played.set(name, known);
  return known;
};

/** An effect that is seen by running nixup; a pattern is looked for in each line of what it did and said. */
const row = (
  key: string,
  toml: string,
  scene: Scene,
  seen: RegExp | ((trace: Trace) => boolean),
  without = '',
): Row => ({
  key,
  toml,
  without,
  shows: async (text) => {
    const trace = await play(text, scene);
    return typeof seen === 'function' ? seen(trace) : trace.some((line) => seen.test(line));
  },
});

const configOf = (toml: string): Config => {
  const parsed = parseConfig(toml, 'nixup.toml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
};

/** The screen reads these from the text, before the configuration is read whole. */
const drawn = (key: string, toml: string, shows: (look: ScreenLook) => boolean): Row => ({
  key,
  toml,
  without: '',
  shows: async (text) => {
    configOf(text);
    const earlier = { foreground: null, background: null };
    return shows(
      lookOf({ environment: {}, bits: 24, ascii: false, reader: false, config: text, earlier }),
    );
  },
});

/** Where only a screen or some years would show it: the decision itself. */
const decided = (key: string, toml: string, shows: (config: Config) => boolean): Row => ({
  key,
  toml,
  without: '',
  shows: async (text) => shows(configOf(text)),
});

const status: Scene = { lines: ['status'] };
const check: Scene = { lines: ['check --trust'] };
const verify: Scene = { lines: ['verify razer --trust'] };
const update: Scene = { lines: ['update'] };
const testOne: Scene = { lines: ['update nixpkgs', 'test razer --trust'] };
const hosts = 'razer vault router studio';
const testFour: Scene = { lines: ['update nixpkgs', `test ${hosts}`] };
const deployFour: Scene = { lines: [...testFour.lines, `deploy ${hosts} --yes`] };
const deployOne: Scene = { lines: [...testOne.lines, 'deploy razer --yes --trust'] };
const deployTwo: Scene = {
  lines: ['update nixpkgs', 'test razer vault', 'deploy razer vault --yes'],
};
/** A unit of nas fails after its activation. */
const deploySick: Scene = {
  lines: ['update', 'test nas vault razer', 'deploy nas vault razer --yes'],
};
const commit: Scene = { lines: ['update nixpkgs', 'test', 'commit --yes --leave-rest'] };
const waves = '[fleet]\nwaves = [["vault"], ["razer"]]\n';
const restarts = '[hosts.razer]\nreboot = "auto"\n';

const fleet: readonly Row[] = [
  row('jobs.eval', 'jobs.eval = 3', testFour, /^evaluations at a time: 3$/),
  row('jobs.probe', 'jobs.probe = 3', status, /^probes at a time: 3$/),
  row('jobs.build', 'jobs.build = 1', testFour, /^builds at a time: 1$/),
  row('jobs.copy', 'jobs.copy = 1', deployFour, /^activations at a time: 1$/),
  row('jobs.activate', 'jobs.activate = 1', deployFour, /^activations at a time: 1$/),
  row('waves', 'waves = [["vault"], ["razer"]]', deployTwo, /^activations at a time: 1$/),
  row('on_failure', 'on_failure = "revert-wave"', deploySick, /^nas +rolled back .*its wave was/),
  row('activation_timeout', 'activation_timeout = "77s"', deployOne, /\+ 77\)\) >.*activate-by/),
  row('confirm_timeout', 'confirm_timeout = "77s"', deployOne, /until=\$\(\(last \+ 77\)\)/),
  row('revert_timeout', 'revert_timeout = "77s"', deployOne, /revert-by \$\(\(uptime \+ 77\)\)/),
  row(
    'reboot_on_revert_failure',
    'reboot_on_revert_failure = true',
    deployOne,
    /reboot_into_default\(\) \{\n/,
  ),
  row('settle', 'settle = "90s"', deployOne, (trace) => pausedMs(trace) > 80_000),
  row('keep_generations', 'keep_generations = "2d"', { lines: ['clean'] }, /younger than 2 d/),
  row(
    'login_timeout',
    'login_timeout = "5s"',
    { lines: ['status razer'], isAttended: true, loginAsks: 'razer' },
    /^the login gets 0 ms more$/,
  ),
].map((one) => ({ ...one, key: `fleet.${one.key}`, toml: `[fleet]\n${one.toml}` }));

const fleetOnOthers: readonly Row[] = [
  row(
    'fleet.soak',
    `${waves}soak = "20m"`,
    deployTwo,
    (trace) => pausedMs(trace) > 1_000_000,
    waves,
  ),
  row(
    'fleet.reboot_timeout',
    `${restarts}[fleet]\nreboot_timeout = "1m"`,
    { ...deployOne, neverBack: 'razer' },
    (trace) => pausedMs(trace) < 300_000,
    restarts,
  ),
];

const ofHosts: readonly Row[] = [
  row(
    'address',
    'address = "ada@razer.lan"',
    { lines: ['status razer'] },
    /^ran ssh -T .* ada@razer\.lan /,
  ),
  row('tags', 'tags = ["laptop"]', { lines: ['status --on @laptop'] }, /^razer +went backward/),
  row('critical', 'critical = ["none.service"]', verify, /none\.service/),
  row('policy', 'policy = "protected"', deployOne, /^razer +skipped: protected/),
  row(
    'elevate',
    'elevate = "doas"',
    deployOne,
    /^razer +failed.* The login user does not become root/,
  ),
  row('build_on', 'build_on = "target"', testOne, /nix build .*--store ssh-ng:\/\/razer/),
  row('deploy', 'deploy = false', deployOne, /^razer +skipped: deploy = false/),
  row('build', 'build = false', { lines: ['test'] }, /^razer +not tested: build = false/),
  row('after', 'after = ["vault"]', deployTwo, /^activations at a time: 1$/),
  row('reboot', 'reboot = "auto"', deployOne, /sudo -n systemctl reboot/),
  row('health', 'health = ["modules/common.nix"]', deployOne, /check modules\/common\.nix/),
  row('notes', 'notes = ["turn the key"]', deployOne, /first, by hand: turn the key/),
].map((one) => ({ ...one, key: `hosts.NAME.${one.key}`, toml: `[hosts.razer]\n${one.toml}` }));

const ofSickHosts: readonly Row[] = [
  row('on_unhealthy', 'on_unhealthy = "rollback"', deploySick, /^nas +rolled back/),
  row('ignore_units', 'ignore_units = ["immich-server"]', deploySick, (trace) =>
    trace.every((line) => !line.includes('immich-server.service failed')),
  ),
].map((one) => ({ ...one, key: `hosts.NAME.${one.key}`, toml: `[hosts.nas]\n${one.toml}` }));

const page = 'http = "http://p620:3001/api/health"';
const wrongPage = `${page}\nexpect = 404`;
const prometheus = '[monitoring]\nprometheus = "http://p620:9090"\n';
const journal = 'journal = "sshd"\nwithout = "zebra"\nhosts = ["razer"]';

/** A row of `[[checks]]` that differs from another by one key. */
const own = (
  key: string,
  toml: string,
  base: string,
  scene: Scene,
  seen: RegExp,
  above = '',
): Row =>
  row(
    `checks.${key}`,
    `${above}[[checks]]\nname = "own"\n${base}\n${toml}`,
    scene,
    seen,
    base === '' ? above : `${above}[[checks]]\nname = "own"\n${base}`,
  );

const checks: readonly Row[] = [
  row(
    'checks.name',
    `[[checks]]\nname = "mine"\n${page}`,
    check,
    /^ +✓ mine /,
    `[[checks]]\nname = "own"\n${page}`,
  ),
  own('http', page, '', check, /✓ own +http:\/\/p620:3001\/api\/health answered 200/),
  own('expect', 'expect = 404', page, check, /✗ own .* answered 200 instead of 404/),
  own('contains', 'contains = "zebra"', page, check, /✗ own .* does not contain "zebra"/),
  own(
    'certificate_days',
    'http = "https://p620:3001/api/health"\ncertificate_days = 9',
    '',
    check,
    /%\{certs\}/,
  ),
  own('tcp', 'tcp = "p620:22"', '', check, /bash p620 22 /),
  own('command', 'command = ["own-tool"]', '', check, /timeout -k 5 10 own-tool /),
  own('script', 'script = "modules/common.nix"', '', check, /timeout .* sh .*modules\/common\.nix/),
  own('journal', journal, '', verify, /journalctl .* --unit=sshd\.service/),
  own('without', journal, '', verify, /grep -a -E -e zebra/),
  own('minutes', 'minutes = 77', journal, verify, /--since=-77min/),
  own('prometheus', 'prometheus = "up"\nabove = 0', '', check, /query=up&/, prometheus),
  own('above', 'above = 7', 'prometheus = "up"\nbelow = 9', check, /not above 7/, prometheus),
  own(
    'below',
    'below = 0.5',
    'prometheus = "up"\nabove = 0',
    check,
    /not above 0 and$/,
    prometheus,
  ),
  own('grafana', 'grafana = "http://p620:3001"', '', check, /✓ own .*its database is ok/),
  own('alertmanager', 'alertmanager = "http://p620:9093"', '', check, /p620:9093\/-\/ready/),
  own(
    'from',
    'from = "host"',
    `${page}\nhosts = ["razer"]`,
    verify,
    /^ran ssh -T .*razer[\s\S]*curl /,
  ),
  own('hosts', 'hosts = ["razer"]', wrongPage, verify, /^razer +unhealthy .* own: /),
  own(
    'tags',
    'tags = ["laptop"]',
    wrongPage,
    verify,
    /^razer +unhealthy .* own: /,
    '[hosts.razer]\ntags = ["laptop"]\n',
  ),
  own('timeout', 'timeout = "7s"', page, check, /^asked .*"timeoutMs":7000/),
];

const certificate = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const access: ConfigPlay = {
  environment: { SECRET: 'hush' },
  files: { '/secret': 'whisper\n', '/ca.pem': certificate },
};
const basic = (secret: string): string => Buffer.from(`ada:${secret}`).toString('base64');

/** The keys of a server: how it is asked. */
const serverKeys: readonly (readonly [
  key: string,
  base: string,
  own: string,
  seen: (port: number) => RegExp,
])[] = [
  ['tenant', '', 'tenant = "t1"', (port) => new RegExp(`^asked .*:${port}/.*"x-scope-orgid":"t1"`)],
  [
    'token_env',
    '',
    'token_env = "SECRET"',
    (port) => new RegExp(`^asked .*:${port}/.*Bearer hush"`),
  ],
  [
    'token_file',
    '',
    'token_file = "/secret"',
    (port) => new RegExp(`^asked .*:${port}/.*Bearer whisper"`),
  ],
  [
    'user',
    'password_env = "SECRET"',
    'user = "ada"',
    (port) => new RegExp(`^asked .*:${port}/.*Basic ${basic('hush')}"`),
  ],
  [
    'password_env',
    'user = "ada"',
    'password_env = "SECRET"',
    (port) => new RegExp(`^asked .*:${port}/.*Basic ${basic('hush')}"`),
  ],
  [
    'password_file',
    'user = "ada"',
    'password_file = "/secret"',
    (port) => new RegExp(`^asked .*:${port}/.*Basic ${basic('whisper')}"`),
  ],
  [
    'ca_file',
    '',
    'ca_file = "/ca.pem"',
    (port) => new RegExp(`^asked .*:${port}/.*BEGIN CERTIFICATE`),
  ],
  ['via', '', 'via = "vault"', (port) => new RegExp(`^ran ssh .* -L \\S+:p620:${port} .*vault`)],
];

const servers: readonly Row[] = [
  { name: 'prometheus', port: 9090, scene: check, more: '' },
  { name: 'grafana', port: 3001, scene: check, more: '' },
  { name: 'alertmanager', port: 9093, scene: deployOne, more: 'silence = "1h"\n' },
].flatMap(({ name, port, scene, more }) => {
  const address = `http://p620:${port}`;
  const with_ = (...keys: readonly string[]): string =>
    `[monitoring]\n${more}${name} = { ${[`url = "${address}"`, ...keys].filter((one) => one !== '').join(', ')} }`;
  const asked = new RegExp(`^asked .*"${address}/`);
  return [
    row(`monitoring.${name}`, `[monitoring]\n${more}${name} = "${address}"`, scene, asked),
    row(`monitoring.${name}.url`, with_(), scene, asked),
    ...serverKeys.map(([key, base, setting, seen]) =>
      row(
        `monitoring.${name}.${key}`,
        with_(base, setting),
        { ...scene, ...access },
        seen(port),
        with_(base),
      ),
    ),
  ];
});

const silent = '[monitoring]\nsilence = "1h"\nalertmanager = "http://p620:9093"\n';
const noted = '[monitoring]\ngrafana = "http://p620:3001"\n';

/** A run is told of when it took long. */
const long = '[fleet]\nsettle = "90s"\n';

const others: readonly Row[] = [
  row(
    'monitoring.silence',
    silent,
    deployOne,
    /^asked .*\/api\/v2\/silences/,
    silent.replace(/silence.*\n/, ''),
  ),
  row('monitoring.annotate', `${noted}annotate = "keep"`, deployOne, /\/api\/annotations/, noted),
  row(
    'monitoring.instances',
    `${silent}instances = { razer = "razer-x:9100" }`,
    deployOne,
    /^asked .*silences.*razer-x/,
    silent,
  ),
  row(
    'history.share',
    '[history]\nshare = true',
    { ...update, isReal: true },
    /git .*refs\/nixup\/runs/,
  ),
  decided('history.keep_runs', '[history]\nkeep_runs = 50', ({ history }) => removes(history, 1)),
  decided('history.keep_megabytes', '[history]\nkeep_megabytes = 10', ({ history }) =>
    removes(history, 1_000_000),
  ),
  row(
    'notify.command',
    `${long}[notify]\ncommand = ["own-tool", "{title}"]`,
    deployOne,
    /^ran own-tool 'nixup: deploy ended: well'/,
    long,
  ),
  decided('notify.terminal', '[notify]\nterminal = false', ({ notify }) => {
    const notification = notificationOfWatch('20261129-100000-4f2a9c', 'worse', true, 'slower', 0);
    return terminalNotification(notification, notify.terminal, {}) === '';
  }),
  row('commands.syntax', '[commands]\nsyntax = ["own-tool"]', testOne, /^ran own-tool$/),
  row(
    'commands.validate',
    '[commands]\nvalidate = ["own-tool"]',
    { lines: ['update nixpkgs', 'test razer --trust --validate full'] },
    /^ran own-tool$/,
  ),
  row(
    'commands.test_all',
    '[commands]\ntest_all = ["own-tool"]',
    { lines: ['update nixpkgs', 'test --trust'] },
    /^ran own-tool$/,
  ),
  row(
    'commands.test_host',
    '[commands]\ntest_host = ["own-tool", "{host}"]',
    testOne,
    /^ran own-tool razer$/,
  ),
  row('commands.tasks', '[commands]\ntasks = ["own-tool"]', check, /^ran own-tool$/),
  row(
    'inputs.NAME.hold.reason',
    '[inputs.musnix]\nhold = { reason = "the kernel" }',
    update,
    /musnix +is held: the kernel/,
  ),
  row(
    'inputs.NAME.hold.until',
    '[inputs.musnix]\nhold = { reason = "the kernel", until = "2026-11-01" }',
    update,
    /The hold of musnix ended on 2026-11-01/,
    '[inputs.musnix]\nhold = { reason = "the kernel" }',
  ),
  row('commit.style', '[commit]\nstyle = "plain"', commit, /git .* commit .* < Update nixpkgs/),
  row('commit.nix_block', '[commit]\nnix_block = true', commit, /^Flake lock file updates:$/m),
  row('commit.push', '[commit]\npush = "always"', commit, /git .* push --no-follow-tags/),
  row('commit.pull_request', '[commit]\npull_request = true', commit, /^ran .*gh pr list/),
  row(
    'commit.forge',
    '[commit]\npull_request = true\nforge = "gitlab"',
    commit,
    /^ran .*glab mr list/,
    '[commit]\npull_request = true',
  ),
  row(
    'commit.when',
    '[commit]\nwhen = "before-deploy"',
    { lines: ['run --yes --inputs nixpkgs --leave-rest'] },
    (trace) => {
      const [committed, deployed] = [/git .* commit .* -- flake\.lock/, /phase activating/].map(
        (match) => trace.findIndex((line) => match.test(line)),
      );
      return committed !== undefined && committed >= 0 && committed < (deployed ?? 0);
    },
  ),
  drawn('screen.theme', '[screen]\ntheme = "mono"', ({ theme }) => theme === 'mono'),
  drawn('screen.reader', '[screen]\nreader = true', ({ reader }) => reader),
  drawn('screen.mouse', '[screen]\nmouse = false', ({ mouse }) => !mouse),
  decided('keys.NAME', '[keys]\nupdate = ["ctrl-u"]', ({ keys }) =>
    withKeys(actionTable, keys).some(
      ({ id, keys: of }) => id === 'update' && of.includes('ctrl-u'),
    ),
  ),
];

const removes = (history: Config['history'], bytes: number): boolean =>
  runsToRemove(
    Array.from({ length: 60 }, (_, place) => ({ id: `${place}`, bytes })),
    history,
    new Set(),
  ).length > 0;

const rows: readonly Row[] = [
  ...fleet,
  ...fleetOnOthers,
  ...ofHosts,
  ...ofSickHosts,
  ...checks,
  ...servers,
  ...others,
];

/** It takes a repository with a forge: test/engine/commit/propose.test.ts merges, or leaves that to a person. */
const shownElsewhere: readonly string[] = ['commit.merge'];

test('each key of the reference stands in the table, and no other', () => {
  expect([...rows.map(({ key }) => key), ...shownElsewhere].toSorted()).toEqual(
    referenceKeys().toSorted(),
  );
});

test.each(rows)('$key does what it says', async ({ toml, without, shows }) => {
  expect({ without: await shows(without), with: await shows(toml) }).toEqual({
    without: false,
    with: true,
  });
});
