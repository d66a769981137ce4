import { expect, test } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { runConfigCheck } from '../../../source/commands/subcommands/config.ts';
import { success } from '../../../source/model/result.ts';
import { createExec } from '../../../source/services/world/exec.ts';
import { strictWorld } from '../../support/strict-world.ts';

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

const realExec = createExec({ PATH: process.env['PATH'] }, () => 0);

/** What `nixup config check` says of a file; grep is the real one. */
const problemsOf = async (text: string) => {
  const world = strictWorld({
    files: {
      '/fleet/nixup.toml': text,
      '/fleet/flake.lock': lock,
      '/fleet/empty.sh': '\n',
      '/fleet/check.sh': 'exit 0\n',
      '/run/secret': 'hush\n',
      '/run/empty': '\n',
      '/run/ca.pem': '-----BEGIN CERTIFICATE-----\n',
    },
    answers: [
      { match: '#nixup', exit: 1, stderr: "error: does not provide attribute 'nixup'" },
      { match: '.config.systemd.units', stdout: '["a.service","b.service"]', times: 'any' },
      { match: '#nixosConfigurations', stdout: '["p620","razer"]' },
    ],
    http: [{ url: /./, body: '', times: 'any' }],
  });
  const { failures, notes, exitCode } = await runConfigCheck(
    { flake: '/fleet', actions: actionTable },
    {
      ...world,
      exec: async (command, options) =>
        command.file === 'grep'
          ? await realExec(command, options)
          : await world.exec(command, options),
      http: async (request) => {
        const query = request.form?.get('query');
        if (query == null) return await world.http(request);
        const isWhole = query !== 'sum(';
        return success({
          status: isWhole ? 200 : 400,
          headers: {},
          tookMs: 1,
          body: JSON.stringify(
            isWhole
              ? { status: 'success', data: { resultType: 'vector', result: [] } }
              : {
                  status: 'error',
                  errorType: 'bad_data',
                  error: 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
                },
          ),
        });
      },
    },
  );
  return {
    exitCode,
    notes,
    problems: failures.map((failure) =>
      failure.code === 'config-invalid'
        ? `${failure.line}: ${failure.detail} -> ${failure.remedy}`
        : failure.code,
    ),
  };
};

const check = (keys: string, more = ''): string => `${more}[[checks]]\nname = "it"\n${keys}\n`;
const ofHost = (keys: string): string => check(`hosts = ["p620"]\n${keys}`);
const server = (keys: string): string =>
  `[monitoring]\nprometheus = { url = "https://p620:9090", ${keys} }\n`;

test.each<[string, string, string]>([
  // [fleet]
  [
    'no time to activate',
    '[fleet]\nactivation_timeout = "0s"',
    '2: fleet.activation_timeout must be more than 0',
  ],
  ['no time to confirm', '[fleet]\nconfirm_timeout = "0m"', 'must be more than 0'],
  ['no time to go back', '[fleet]\nrevert_timeout = "0s"', 'must be more than 0'],
  ['no time to restart', '[fleet]\nreboot_timeout = "0s"', 'must be more than 0'],
  ['no time to log in', '[fleet]\nlogin_timeout = "0h0m"', 'must be more than 0'],
  ['a limit of months', '[fleet]\nreboot_timeout = "60d"', 'must be at most "7d"'],
  ['a pause of months', '[fleet]\nsettle = "9w"', 'must be at most "7d"'],
  [
    'a time beyond all numbers',
    '[fleet]\nkeep_generations = "999999999w999999999w"',
    'is too long',
  ],
  ['a negative time', '[fleet]\nsettle = "-2s"', 'must be a duration'],
  ['no job at all', '[fleet]\njobs = { copy = 0 }', 'jobs.copy'],
  ['an empty wave', '[fleet]\nwaves = [["p620"], []]', 'must name a host'],
  ['a host in two waves', '[fleet]\nwaves = [["p620"], ["p620"]]', 'p620 is in two waves'],
  // [hosts.NAME]
  [
    'a port out of range',
    '[hosts.p620]\naddress = "ssh://p620:99999"',
    '2: the address of p620 has the port 99999',
  ],
  ['an empty address', '[hosts.p620]\naddress = ""', 'must be an ssh destination'],
  [
    'a unit that is critical and ignored',
    '[hosts.p620]\ncritical = ["a.service"]\nignore_units = ["a"]',
    '2: a.service of p620 is critical and stands in ignore_units too',
  ],
  [
    'a host that is deployed and not built',
    '[hosts.p620]\nbuild = false\ndeploy = true',
    'p620 cannot be deployed, as build = false',
  ],
  ['a host that builds on itself', '[hosts.p620]\nbuild_on = "p620"', 'build_on = "target"'],
  ['a host after itself', '[hosts.p620]\nafter = ["p620"]', 'wait for each other'],
  ['an empty tag', '[hosts.p620]\ntags = [""]', 'must not be empty'],
  ['an empty script', '[hosts.p620]\nhealth = ["empty.sh"]', 'empty.sh is empty'],
  ['a script that is not there', '[hosts.p620]\nhealth = ["chek.sh"]', 'did you mean check.sh?'],
  ['a script outside of the flake', '[hosts.p620]\nhealth = ["../x.sh"]', 'is not in the flake'],
  // [[checks]]
  [
    'bounds with nothing between them',
    check(
      'prometheus = "up"\nabove = 5\nbelow = 5',
      '[monitoring]\nprometheus = "http://p620:9090"\n',
    ),
    '6: checks[1].above is not smaller than below (5 and 5)',
  ],
  [
    'no time to answer',
    check('tcp = "p620:1"\ntimeout = "0s"'),
    '4: checks[1].timeout must be more than 0',
  ],
  ['an answer after months', check('tcp = "p620:1"\ntimeout = "30d"'), 'must be at most "7d"'],
  ['port 0', check('tcp = "p620:0"'), 'must have a port from 1 to 65535'],
  ['port 65536', check('tcp = "[fd00::5]:65536"'), 'must have a port from 1 to 65535'],
  [
    'a web port out of range',
    check('http = "http://p620:99999/"'),
    'must be an http or https address',
  ],
  [
    'an address without scheme',
    check('http = "p620:3000/health"'),
    'must be an http or https address',
  ],
  ['another scheme', check('grafana = "ftp://p620"'), 'must be an http or https address'],
  [
    'a text that every answer has',
    check('http = "http://p620"\ncontains = ""'),
    'must not be empty',
  ],
  [
    'a pattern that is no pattern',
    ofHost('journal = "app"\nwithout = "a[b"'),
    '5: the pattern of the check "it" is refused by grep: ',
  ],
  ['a group that is not closed', ofHost('journal = "app"\nwithout = "(a|b"'), 'is refused by grep'],
  [
    'a class of no characters',
    ofHost('journal = "app"\nwithout = "[[:foo:]]"'),
    'is refused by grep',
  ],
  [
    'bounds of a repetition the wrong way',
    ofHost('journal = "app"\nwithout = "a{3,1}"'),
    'is refused by grep',
  ],
  [
    'a placeholder that is none, in an address',
    ofHost('http = "http://{hots}:80/"'),
    '4: {hots} in the check "it" stands for nothing -> did you mean {host}?',
  ],
  [
    'a placeholder that is near to none',
    ofHost('http = "http://{address}/{unit}"'),
    'only {host} and {address} are filled in',
  ],
  ['a placeholder of a port', ofHost('tcp = "{adress}:22"'), 'did you mean {address}?'],
  [
    'a placeholder in a command',
    ofHost('command = ["ping", "{adress}"]'),
    'did you mean {address}?',
  ],
  [
    'a placeholder in an expression',
    `[monitoring]\nprometheus = "http://p620:9090"\n${ofHost('prometheus = "up{instance=\\"{hosts}\\"}"\nabove = 0')}`,
    'did you mean {host}?',
  ],
  [
    'a placeholder of a check of the fleet',
    check('http = "http://{host}/"'),
    '{host} in the check "it" stands for nothing -> name the hosts or tags',
  ],
  [
    'an expression that Prometheus refuses',
    check('prometheus = "sum("\nabove = 0', server('')).replace(', }', ' }'),
    'parse error: unclosed left parenthesis',
  ],
  ['a program without a name', check('command = [" "]'), 'must name a program first'],
  ['a script that is empty', check('script = "empty.sh"'), 'empty.sh is empty'],
  [
    'two checks of one name',
    `${check('tcp = "p620:1"')}${check('tcp = "p620:2"')}`,
    '5: two checks are called "it"',
  ],
  [
    'a check without a name',
    '[[checks]]\nname = " "\ntcp = "p620:1"',
    'the name of a check is blank',
  ],
  ['a host that is not there', check('tcp = "p620:1"\nhosts = ["p602"]'), 'did you mean p620?'],
  ['a tag that nobody has', check('tcp = "p620:1"\ntags = ["web"]'), 'no host has the tag "web"'],
  ['a host named twice', check('tcp = "p620:1"\nhosts = ["p620", "p620"]'), 'names p620 twice'],
  // [monitoring]
  [
    'a token and a password',
    server('token_file = "/run/secret", user = "a", password_file = "/run/secret"'),
    '2: password_file and token_file stand side by side',
  ],
  [
    'two tokens',
    server('token_file = "/run/secret", token_env = "T"'),
    'token_env and token_file stand side by side',
  ],
  [
    'a user beside a token',
    server('token_file = "/run/secret", user = "a"'),
    'user says nothing beside a token',
  ],
  ['a user without a password', server('user = "a"'), 'the user a has no password'],
  ['a password of nobody', server('password_file = "/run/secret"'), 'no user that it belongs to'],
  ['a token that is not there', server('token_file = "/run/gone"'), 'there is no file /run/gone'],
  ['a token of no words', server('token_file = "/run/empty"'), 'the file /run/empty is empty'],
  [
    'certificates that are not there',
    server('ca_file = "/run/gone.pem"'),
    'there is no file /run/gone.pem',
  ],
  [
    'certificates that are none',
    server('ca_file = "/run/secret"'),
    '/run/secret holds no certificate',
  ],
  [
    'certificates of an http address',
    '[monitoring]\ngrafana = { url = "http://p620:3000", ca_file = "/run/ca.pem" }',
    'ca_file says nothing for an http address',
  ],
  ['an empty name of a variable', server('token_env = ""'), 'must not be empty'],
  [
    'one server twice',
    '[monitoring]\nprometheus = ["http://p620:9090", "http://p620:9090/"]',
    'is named twice',
  ],
  ['no server', '[monitoring]\nprometheus = []', 'must name a server'],
  [
    'a silence of no time',
    '[monitoring]\nalertmanager = "http://p620:9093"\nsilence = "0s"',
    'must be more than 0',
  ],
  [
    'annotations of nobody',
    '[monitoring]\ngrafana = "http://p620:3000"\nannotate = "keep"',
    'Grafana takes no annotation from somebody whom it does not know',
  ],
  [
    'one instance for two hosts',
    '[monitoring.instances]\np620 = "a:9100"\nrazer = "a:9100"',
    '3: a:9100 is the instance of p620 and of razer',
  ],
  // [commands], [notify], [inputs.NAME]
  [
    'a test that is the same for all',
    '[commands]\ntest_host = ["just", "test"]',
    'commands.test_host does not name the host',
  ],
  ['a command of nothing', '[commands]\nsyntax = []', 'must name a program'],
  ['a notification of nothing', '[notify]\ncommand = [""]', 'must name a program first'],
  ['a hold without a reason', '[inputs.nixpkgs]\nhold = { reason = "" }', 'must not be empty'],
  [
    'a day that is none',
    '[inputs.nixpkgs]\nhold = { reason = "x", until = "2026-02-30" }',
    'must be a day',
  ],
])('%s', async (_, text, said) => {
  const { problems, exitCode } = await problemsOf(text);
  expect(problems.join('\n')).toContain(said);
  expect(exitCode).toBe(2);
  expect(problems).toHaveLength(1);
});

test('what looks alike and is right is valid', async () => {
  const text = `
[fleet]
settle = "0s"
soak = "0s"
waves = [["p620"], ["razer"]]
[hosts.p620]
address = "ssh://ada@p620:65535"
critical = ["a.service"]
ignore_units = ["b"]
tags = ["web"]
[[checks]]
name = "a"
prometheus = "sum by (job) (up{instance=\\"{host}\\"})"
above = -1
below = 0
hosts = ["p620"]
[[checks]]
name = "b"
journal = "app"
without = "(error|panic): [0-9]{1,3}"
tags = ["@web"]
[[checks]]
name = "c"
command = ["sh", "-c", "awk '{print}' /x/{host} \${HOME}"]
hosts = ["razer"]
[[checks]]
name = "d"
tcp = "[{address}]:65535"
hosts = ["razer"]
[monitoring]
prometheus = [{ url = "https://p620:9090", token_file = "/run/secret", ca_file = "/run/ca.pem" }, { url = "https://p620:9090", tenant = "b", user = "a", password_env = "GONE" }]
`;
  expect(await problemsOf(text)).toEqual({
    exitCode: 0,
    problems: [],
    notes: [
      'The environment variable GONE of https://p620:9090 is not set here: nixup needs it where it runs.',
    ],
  });
});

test('what is wrong by the schema hides nothing else, in its list or beside it', async () => {
  const { problems } = await problemsOf(
    [
      '[[checks]]',
      'name = "one"',
      'script = "gone.sh"',
      'timeout = "soon"',
      '[[checks]]',
      'name = 5',
      '[[checks]]',
      'name = "one"',
      'hosts = ["p621"]',
      'tcp = "p620:22"',
      '[keys]',
      'depoly = "c"',
      'quit = "nosuch"',
    ].join('\n'),
  );
  expect(problems.map((problem) => problem.replace(/, or one of: .*/, ''))).toEqual([
    '3: the flake has no file gone.sh -> change or remove it',
    '4: checks[1].timeout must be a duration such as "90s", "15m", "1h30m" or "30d", not the text "soon" -> give a duration such as "90s", "15m", "1h30m" or "30d"',
    '6: checks[2].name must be a text, not the number 5 -> give a text',
    '8: two checks are called "one" -> give each its own name',
    '9: the flake has no host "p621" -> did you mean p620?',
    '12: keys.depoly must be a list, not the text "c" -> write ["c"]',
    '12: there is no action "depoly" -> did you mean deploy?',
    '13: keys.quit must be a list, not the text "nosuch" -> write ["nosuch"]',
    '13: there is no key "nosuch" -> name a character, ^ and a letter',
  ]);
});
