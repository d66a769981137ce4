import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { layTable, parseConfig } from '../../../source/parsers/config/config.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');

/** `line detail -> remedy` of every mistake. */
const mistakes = (text: string): readonly string[] => {
  const config = parseConfig(text, 'nixup.toml');
  if (config.ok) return [];
  return config.failure.map((failure) =>
    failure.code === 'config-invalid'
      ? `${failure.line} ${failure.detail} -> ${failure.remedy}`
      : failure.code,
  );
};

test('the documented file is read completely', () => {
  const config = parseConfig(fixture('interface.toml'), 'nixup.toml');
  expect(config).toMatchObject({
    ok: true,
    value: {
      fleet: { soakMs: 120_000, waves: [['razer'], ['p620', 'samsung'], ['p510']] },
      hosts: { p620: { critical: ['prometheus.service', 'grafana.service'], deploy: true } },
      checks: [{ name: 'grafana', expect: 200 }],
      monitoring: {
        prometheus: { url: 'http://p620:9090', via: null },
        grafana: { tokenEnv: 'GRAFANA_TOKEN', via: 'p620' },
      },
      commands: { testHost: ['just', 'test-host', '{host}'] },
      inputs: { nixpkgs: { hold: { until: '2026-12-24' } } },
      keys: { deploy: ['d'] },
    },
  });
});

test.each<[string, string]>([
  [
    '[fleet]\nactivation_timeout = 15\n',
    '2 fleet.activation_timeout must be a duration such as "90s", "15m", "1h30m" or "30d", not the number 15 -> give a duration such as "90s", "15m", "1h30m" or "30d"',
  ],
  // The nearest in letters is another forge.
  [
    '[commit]\nforge = "Gitea"\n',
    '2 commit.forge must be "github", "gitlab", "forgejo" or "sourcehut", not the text "Gitea" -> did you mean "forgejo"?',
  ],
  [
    '[inputs.nixpkgs]\nhold = { reason = "x", until = 20261224 }\n',
    '2 inputs.nixpkgs.hold.until must be a day such as "2026-12-24", not the number 20261224 -> give a day such as "2026-12-24"',
  ],
])('%j: what was meant is named', (text, told) => {
  expect(mistakes(text)).toEqual([told]);
});

test('every mistake is told with its line and the way out', () => {
  expect(mistakes(fixture('mistakes.toml'))).toEqual([
    '2 fleet.jobs.copy must be at least 1, not the number 0 -> give at least 1',
    '2 fleet.jobs.biuld is not a known key -> did you mean build?',
    '3 fleet.soak must be a duration such as "90s", "15m", "1h30m" or "30d", not the text "two minutes" -> give a duration such as "90s", "15m", "1h30m" or "30d"',
    '4 fleet.on_failure must be "stop", "continue" or "revert-wave", not the text "stopp" -> did you mean "stop"?',
    '7 hosts.p620.polcy is not a known key -> did you mean policy?',
    '10 hosts.p620.tags[2] must be a text, not the number 7 -> give a text',
    '12 hosts.p620.critical must be a list, not the text "grafana.service" -> write ["grafana.service"]',
    '13 hosts.p620.address must be an ssh destination such as "p620", "admin@192.0.2.7" or "ssh://p620:2222", not the text "-oProxyCommand=touch pwned" -> give an ssh destination such as "p620", "admin@192.0.2.7" or "ssh://p620:2222"',
    '14 hosts.p620.description is not a known key -> remove it (keys are address, tags, critical, policy, elevate, build_on, deploy, build, after, on_unhealthy, ignore_units, reboot, health, notes)',
    '24 checks[2].name needs one of http, tcp, command, journal, script, prometheus, grafana, alertmanager beside it -> give one of http, tcp, command, journal, script, prometheus, grafana, alertmanager beside it',
    '25 checks[2].htp is not a known key -> did you mean http?',
    '28 monitoring.prometheus must be a text, a table or a list, not the number 9090 -> give a text, a table or a list',
    '29 monitoring.grafana.url must be an http or https address, not the text "ftp://p620:3001" -> give an http or https address',
    '32 inputs."nix.pkgs".hold.reason is missing -> add inputs."nix.pkgs".hold.reason (a text)',
    '34 comit is not a known key -> did you mean commit?',
  ]);
});

test.each([
  ['port = 2222', /^2 hosts\.web\.port .* the port is a setting of ssh: Port .* address = "ssh:/],
  ['user = "root"', /^2 hosts\.web\.user .* User below Host in ~\/\.ssh\/config, or address = /],
  ['proxy_jump = "gate"', /^2 hosts\.web\.proxy_jump .* ProxyJump below Host in ~\/\.ssh\/config$/],
])('a setting of ssh in the table of a host is told where it belongs: %s', (line, told) => {
  expect(mistakes(`[hosts.web]\n${line}\n`)).toEqual([expect.stringMatching(told)]);
});

test('text that is not TOML is told with its line', () => {
  expect(mistakes('[fleet]\nsoak = \n')).toEqual([
    '2 this is not TOML: invalid value (column 8) -> correct line 2 of nixup.toml',
  ]);
});

test('an empty file is the default configuration', () => {
  expect(mistakes('')).toEqual([]);
});

test('an unquoted day is a day', () => {
  expect(mistakes('[inputs.a]\nhold = { reason = "x", until = 2026-12-24 }')).toEqual([]);
});

test('a table laid over another wins key by key and replaces lists', () => {
  expect(
    layTable(
      { fleet: { soak: '1m', waves: [['a'], ['b']] }, keys: { deploy: ['x'] } },
      { fleet: { waves: [['c']] } },
    ),
  ).toEqual({ fleet: { soak: '1m', waves: [['c']] }, keys: { deploy: ['x'] } });
});

test('a key named __proto__ is refused and changes nothing', () => {
  expect(mistakes('[fleet]\n"__proto__" = { polluted = 1 }').length).toBe(1);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test.each([
  ['[hosts.web.example.org]\ntags = ["a"]', '1 hosts.web.example', '[hosts."web.example.org"]'],
  ['[hosts.web.example.org]', '1 hosts.web.example', '[hosts."web.example.org"]'],
  ['[hosts]\nweb.lan.tags = ["a"]', '2 hosts.web.lan', '[hosts."web.lan"]'],
  ['[inputs.a.b.hold]\nreason = "x"', '1 inputs.a.b', '[inputs."a.b"]'],
  [
    '[hosts.web.example.org]\n[hosts.web.example.com]\ntags = ["a"]',
    '1 hosts.web.example',
    '[hosts."web.example.org"] and [hosts."web.example.com"]',
  ],
  [
    '[hosts.web.lan]\ntags = ["a"]\n[hosts.web.lan.eu]',
    '1 hosts.web.lan',
    '[hosts."web.lan"] and [hosts."web.lan.eu"]',
  ],
])('a name with dots that is not quoted, %j, is told how to write it', (text, where, written) => {
  expect(mistakes(text)).toEqual([
    `${where} is not a known key: a name with dots is quoted -> write ${written}`,
  ]);
});

test.each([
  ['[deploy]\nbackend = "native"', '1 deploy', /nixup deploys each host itself/],
  ['[commands]\ndeploy_host = ["just"]', '2 commands.deploy_host', /nixup deploy HOST/],
  ['[commands]\ndeploy_all = ["just"]', '2 commands.deploy_all', /nixup deploy$/],
])('a setting that would have no effect is refused with what to do instead: %j', (text, where, said) => {
  const [told, ...others] = mistakes(text);
  expect(others).toEqual([]);
  expect(told?.startsWith(`${where} is not a known key -> remove it: `)).toBe(true);
  expect(told).toMatch(said);
});

test('an unknown key that holds no table is no name with dots', () => {
  expect(mistakes('[hosts.web]\nnosuch = 1')).toEqual([
    expect.stringMatching(/^2 hosts\.web\.nosuch is not a known key -> remove it/),
  ]);
});

test.each([
  ['soak = "1m"', '1 soak is not a known key -> move it below [fleet]'],
  ['[jobs]\neval = 1', '1 jobs is not a known key -> write [fleet.jobs]'],
  ['[screen.keys]\ndeploy = "x"', '1 screen.keys is not a known key -> write [keys]'],
  ['address = "web.example.org"', '1 address is not a known key -> move it below [hosts.NAME]'],
])('a key that stands in the wrong table is told where it belongs: %j', (text, told) => {
  expect(mistakes(text)).toEqual([told]);
});
