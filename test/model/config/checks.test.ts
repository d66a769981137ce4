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
