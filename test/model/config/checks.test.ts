import { expect, test } from 'vitest';
import { compareWithFlake } from '../../../source/model/config/against-flake.ts';
import { fleetEntries } from '../../../source/model/config/host-entries.ts';
import { fleetChecks } from '../../../source/model/config/settings.ts';
import { parseConfig } from '../../../source/parsers/config/config.ts';

const read = (text: string) => {
  const config = parseConfig(text, 'nixup.toml');
  if (!config.ok) throw new Error(JSON.stringify(config.failure));
  return config.value;
};

const listed = (name: string) => ({
  name,
  system: 'x86_64-linux',
  isImage: false,
  hostName: name,
  failure: null,
});

test.each<[string, string, string]>([
  ['asks nothing', '', 'name needs one of http, tcp, command'],
  ['asks two things', 'http = "http://a"\ntcp = "a:1"', 'tcp cannot stand beside http'],
  [
    'has a bound and no expression',
    'tcp = "a:1"\nbelow = 3',
    'below says nothing without prometheus',
  ],
  ['has an expression and no bound', 'prometheus = "up"', 'prometheus needs above or below'],
  [
    'wants days of no certificate',
    'http = "http://a"\ncertificate_days = 9',
    'needs an https address',
  ],
  ['expects a status of a port', 'tcp = "a:1"\nexpect = 204', 'expect says nothing without http'],
  ['is asked from no host', 'tcp = "a:1"\nfrom = "host"', 'from needs hosts or tags'],
  [
    'asks Prometheus from a host',
    'prometheus = "up"\nbelow = 1\nfrom = "host"\nhosts = ["a"]',
    'cannot be "host" for prometheus',
  ],
  ['reads a journal of no host', 'journal = "app"\nwithout = "x"', 'journal is that of a host'],
  ['reads a journal for nothing', 'journal = "app"\nhosts = ["p620"]', 'needs without'],
  ['names no port', 'tcp = "p620"', 'must be an address with a port'],
  ['has an unknown key', 'tcp = "a:1"\nhost = ["a"]', 'is not a known key'],
])('a check that %s is refused with its line', (_title, keys, said) => {
  const config = parseConfig(`[[checks]]\nname = "it"\n${keys}\n`, 'nixup.toml');
  expect(config).toMatchObject({ ok: false });
  if (config.ok) return;
  const told = config.failure.map((one) => ('detail' in one ? one.detail : '')).join('; ');
  expect(told).toContain(said);
  expect(config.failure.every((one) => 'line' in one && one.line !== null)).toBe(true);
});

const text = `
[hosts.p620]
address = "ada@192.0.2.11"
tags = ["server"]
[hosts.razer]
[[checks]]
name = "web"
http = "http://{address}:3000/{host}"
tags = ["@server"]
[[checks]]
name = "unit"
command = ["systemctl", "is-active", "x"]
hosts = ["p620", "razer"]
[[checks]]
name = "all"
tcp = "p620:22"
`;

test('a check belongs to hosts by name or tag, with their names filled in, or to the fleet', () => {
  const config = read(text);
  const [p620, razer] = fleetEntries([listed('p620'), listed('razer')], config, new Set(), 'here');
  expect(p620?.checks).toMatchObject([
    { name: 'web', from: 'here', ask: { url: 'http://192.0.2.11:3000/p620' } },
    { name: 'unit', from: 'host' },
  ]);
  expect(razer?.checks).toMatchObject([{ name: 'unit' }]);
  expect(fleetChecks(config)).toMatchObject([{ name: 'all', from: 'here' }]);
});

// An ssh destination, as ssh(1) has it; addresses of the sixth version in brackets by RFC 3986, 3.2.2.
test.each<[string, string, string, string]>([
  ['192.0.2.11', 'http://192.0.2.11:3000/?at=192.0.2.11', '192.0.2.11:5432', '192.0.2.11'],
  [
    'ada@p620.example',
    'http://p620.example:3000/?at=p620.example',
    'p620.example:5432',
    'p620.example',
  ],
  ['ssh://ada@p620:2222', 'http://p620:3000/?at=p620', 'p620:5432', 'p620'],
  ['fd00::5', 'http://[fd00::5]:3000/?at=fd00::5', '[fd00::5]:5432', 'fd00::5'],
  ['ada@fd00::5', 'http://[fd00::5]:3000/?at=fd00::5', '[fd00::5]:5432', 'fd00::5'],
  ['ssh://ada@[fd00::5]:22', 'http://[fd00::5]:3000/?at=fd00::5', '[fd00::5]:5432', 'fd00::5'],
])('{address} of %s is filled in as the place has it', (address, http, tcp, bare) => {
  const row = (keys: string) => `[[checks]]\nname = "it"\nhosts = ["p620"]\n${keys}\n`;
  const config = read(
    [
      `[hosts.p620]\naddress = "${address}"\n`,
      row('http = "http://{address}:3000/?at={address}"'),
      row('tcp = "{address}:5432"'),
      row('tcp = "[{address}]:5432"'),
      row('command = ["ping", "{address}"]'),
    ].join(''),
  );
  const [p620] = fleetEntries([listed('p620')], config, new Set(), 'here');
  expect(p620?.checks?.map(({ ask }) => ask)).toMatchObject([
    { url: http },
    { address: tcp },
    { address: tcp },
    { command: ['ping', bare] },
  ]);
});

test('hosts and tags that the fleet does not have are told, with the nearest name', () => {
  const config = read(`
[hosts.p620]
tags = ["server"]
[[checks]]
name = "it"
prometheus = "up"
below = 2
hosts = ["p602"]
tags = ["sever"]
`);
  expect(compareWithFlake(config, { hosts: ['p620', 'razer'], inputs: null })).toEqual([
    expect.objectContaining({
      path: ['checks', 0, 'hosts', 0],
      remedy: 'did you mean p620?',
    }),
    expect.objectContaining({
      path: ['checks', 0, 'tags', 0],
      detail: 'no host has the tag "sever"',
      remedy: 'did you mean server?',
    }),
    expect.objectContaining({ path: ['checks', 0, 'prometheus'] }),
  ]);
});
