import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readJournal } from '../../../source/engine/run/journal-lines.ts';
import {
  judgeDataSource,
  parseDataSources,
  parseGrafanaHealth,
} from '../../../source/parsers/board/grafana.ts';
import {
  parseAlerts,
  parseSeries,
  parseTargets,
} from '../../../source/parsers/board/prometheus.ts';
import { parseTasks } from '../../../source/parsers/board/tasks.ts';
import {
  bootableSystems,
  readBootDefault,
  readBootEntry,
} from '../../../source/parsers/boot/loaders.ts';
import { parseConfig } from '../../../source/parsers/config/config.ts';
import { readJustRecipes } from '../../../source/parsers/config/justfile.ts';
import { readActivationOutput } from '../../../source/parsers/deploy/activation.ts';
import { readSupervision } from '../../../source/parsers/deploy/supervision.ts';
import { parseCommitLog, parseLeftRight } from '../../../source/parsers/git/log.ts';
import { parseLsRemote } from '../../../source/parsers/git/ls-remote.ts';
import { readPushRefusal } from '../../../source/parsers/git/push.ts';
import { parseGitStatus } from '../../../source/parsers/git/status.ts';
import { readCopyTrouble } from '../../../source/parsers/host/copy-error.ts';
import { readProbe } from '../../../source/parsers/host/probe.ts';
import { readSshTrouble } from '../../../source/parsers/host/ssh.ts';
import {
  readSystemDescription,
  readUnitTexts,
} from '../../../source/parsers/host/system-description.ts';
import { readUnits } from '../../../source/parsers/host/units.ts';
import {
  parseForgejoCompare,
  parseGithubCompare,
  parseGitlabCompare,
} from '../../../source/parsers/inputs/compare.ts';
import { readNetrc } from '../../../source/parsers/inputs/netrc.ts';
import { parseReleaseNotes } from '../../../source/parsers/inputs/release-notes.ts';
import { parseFlakeLock } from '../../../source/parsers/lock/flake-lock.ts';
import { parseClosure } from '../../../source/parsers/nix/closure.ts';
import { causeOf, failedDerivations } from '../../../source/parsers/nix/error.ts';
import { readNixLogLine } from '../../../source/parsers/nix/log.ts';
import { parsePackageName } from '../../../source/parsers/nix/package-name.ts';
import { parseBuildPlan } from '../../../source/parsers/nix/plan.ts';
import { parseNixVersion } from '../../../source/parsers/nix/version.ts';
import { redact } from '../../../source/parsers/redact.ts';
import { fc, runs } from '../../support/chance.ts';

const fixture = (file: string): string =>
  readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8');
const lines = (text: string): readonly string[] => text.split('\n');
const toplevel = '/nix/store/7h2x7pj6nilacy4qqr38swg8bfql336v-nixos-system-razer-26.05';

const githubCompare = JSON.stringify({
  status: 'diverged',
  ahead_by: 3,
  behind_by: 1,
  total_commits: 3,
  commits: [
    {
      sha: 'a'.repeat(40),
      commit: { message: 'one\n\ntwo', committer: { date: '2026-11-01T00:00:00Z' } },
    },
  ],
});
const prometheus = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'vector',
    activeTargets: [
      {
        labels: { job: 'node', instance: 'a:9100' },
        health: 'up',
        lastError: '',
        scrapePool: 'node',
        lastScrape: '2026-11-01T00:00:00Z',
      },
    ],
    alerts: [
      {
        labels: { alertname: 'Down' },
        state: 'firing',
        annotations: {},
        activeAt: '2026-11-01T00:00:00Z',
        value: '1',
      },
    ],
    result: [{ metric: { instance: 'a' }, value: [1_700_000_000, '1'], values: [[1, '2']] }],
  },
});
const status = [
  '# branch.oid 1234567890123456789012345678901234567890',
  '# branch.head main',
  '# branch.upstream origin/main',
  '# branch.ab +1 -2',
  '1 .M N... 100644 100644 100644 aaaa bbbb flake.lock',
  '2 R. N... 100644 100644 100644 aaaa bbbb R100 new\0old',
  'u UU N... 100644 100644 100644 100644 a b c conflicted',
  '? untracked',
].join('\0');

/** Each reader of foreign text with a text as the outside world writes it. */
const readers: readonly (readonly [string, (text: string) => unknown, string])[] = [
  [
    'activation',
    (text) => readActivationOutput(lines(text)),
    'would stop the following units: a.service\nwould restart systemd\nsetting up /etc...\nwarning: the following units failed: b.service',
  ],
  ['boot entries', (text) => bootableSystems(lines(text)), fixture('hosts/probe-systemd-boot.txt')],
  [
    'closure',
    (text) => parseClosure(text, toplevel),
    `${toplevel}\t12\n/nix/store/7h2x7pj6nilacy4qqr38swg8bfql336v-bash-5.3\t3`,
  ],
  ['commit log', parseCommitLog, `${'a'.repeat(40)}\t1700000000\tAda\tfeat!: x`],
  ['left and right', parseLeftRight, '3\t4\n'],
  ['config', (text) => parseConfig(text, 'nixup.toml'), fixture('config/interface.toml')],
  [
    'copy trouble',
    (text) => readCopyTrouble(lines(text)),
    "error: cannot add path '/nix/store/a' because it lacks a signature by a trusted key",
  ],
  ['lock', (text) => parseFlakeLock(text, 'flake.lock'), fixture('locks/every-type.lock')],
  [
    'conflicting lock',
    (text) => parseFlakeLock(text, 'flake.lock'),
    fixture('locks/conflict.lock'),
  ],
  ['GitHub', parseGithubCompare, githubCompare],
  ['Forgejo', parseForgejoCompare, githubCompare],
  [
    'GitLab',
    parseGitlabCompare,
    JSON.stringify({ commits: [{ id: 'a'.repeat(40), title: 'x', created_at: '2026-11-01' }] }),
  ],
  [
    'push',
    (text) => readPushRefusal(lines(text)),
    ' ! [rejected]        main -> main (fetch first)\nerror: failed to push',
  ],
  ['git status', parseGitStatus, status],
  ['Grafana health', parseGrafanaHealth, '{"database":"ok","version":"12.0"}'],
  ['Grafana data sources', parseDataSources, '[{"uid":"a","name":"b","type":"prometheus"}]'],
  ['Grafana data source', (text) => judgeDataSource(200, text), '{"status":"OK","message":"x"}'],
  [
    'journal',
    readJournal,
    '{"type":"stage-changed","stage":"check","at":1}\n{"type":"logged","host":null,"lines":["x"],"at":2}',
  ],
  [
    'Justfile',
    readJustRecipes,
    'set shell := ["bash"]\n[private]\ntest-host HOST="a": check\n  nix build\nquick-test:\n',
  ],
  [
    'references of a remote',
    (text) => parseLsRemote(text, 'main'),
    `${'a'.repeat(40)}\trefs/heads/main\nref: refs/heads/main\tHEAD`,
  ],
  [
    'netrc',
    (text) => readNetrc(text, 'a.example'),
    'machine a.example login b password c # d\ndefault login e',
  ],
  ['Nix error', (text) => causeOf(lines(text)), fixture('nix/2.34/eval-broken.txt')],
  [
    'failed derivations',
    failedDerivations,
    "error: Cannot build '/nix/store/a-b.drv'.\nReason: builder failed",
  ],
  [
    'Nix log',
    readNixLogLine,
    '@nix {"action":"start","fields":["/nix/store/a-b.drv","",1,1],"id":18446744073709551615,"level":3,"parent":0,"text":"building","type":105}',
  ],
  [
    'build plan',
    (text) => parseBuildPlan(lines(text)),
    'these 2 derivations will be built:\n  /nix/store/a-b.drv\nthese 3 paths will be fetched (1.2 MiB download, 3.4 MiB unpacked):\n  /nix/store/c-d',
  ],
  ['version', parseNixVersion, 'nix (Determinate Nix 3.13.1) 2.32.4'],
  ['package', parsePackageName, 'python3.13-foo-1.2.3-unstable-2026-01-01-bin'],
  ['probe', (text) => readProbe(text, { at: 0, tookMs: 5 }), fixture('hosts/probe-grub.txt')],
  [
    'probe of another boot loader',
    (text) => readProbe(text, { at: 0, tookMs: 5 }),
    fixture('hosts/probe-systemd-boot.txt'),
  ],
  ['boot default', readBootDefault, fixture('hosts/probe-systemd-boot.txt')],
  ['boot entry', (text) => readBootEntry(text, toplevel), fixture('hosts/probe-grub.txt')],
  ['targets', parseTargets, prometheus],
  ['alerts', parseAlerts, prometheus],
  ['series', parseSeries, prometheus],
  [
    'secrets',
    redact,
    'https://user:secret@host/?token=abc access-tokens = github.com=ghp_0123456789',
  ],
  [
    'release notes',
    parseReleaseNotes,
    '# Notes\n## Backward Incompatibilities {#sec-x}\n- one\n  two\n- three',
  ],
  [
    'ssh',
    (text) => readSshTrouble(lines(text)),
    'ssh: connect to host a port 22: Connection refused\nHost key verification failed.',
  ],
  [
    'supervision',
    readSupervision,
    'supervision-id 1\nsupervision-phase armed 1\nsupervision-decision commit\nsupervision-result committed',
  ],
  [
    'system',
    (text) => readSystemDescription(text, 'mark'),
    'mark sum a\nmark unit a.service\nmark end',
  ],
  ['unit texts', (text) => readUnitTexts(text, 'mark'), 'mark unit a.service\n[Unit]\nmark end'],
  ['tasks', parseTasks, '[{"number":1,"title":"a","labels":[{"name":"b"}],"url":"c"}]'],
  [
    'units',
    (text) => readUnits(lines(text)),
    'a.service loaded failed failed A\nb.service loaded active running B',
  ],
];

/** A text with pieces cut out, doubled, swapped for what no format expects, or cut off. */
const damaged = (text: string): fc.Arbitrary<string> => {
  const at = fc.nat(text.length);
  const piece = fc.oneof(
    fc.constantFrom(
      '',
      '\n',
      '\0',
      '"',
      '{',
      '}',
      '[',
      ']',
      ' ',
      '-',
      '0',
      '-1',
      '1e999',
      'null',
      'true',
      '{}',
      '[]',
      '__proto__',
      '\u001b[31m',
      '\ud800',
      '9'.repeat(40),
    ),
    fc.string({ maxLength: 8 }),
    at.map((start) => text.slice(start, start + 200)),
  );
  const wound = fc.tuple(at, fc.oneof(fc.constant(0), fc.nat(12), fc.nat(2_000)), piece);
  return fc
    .array(wound, { minLength: 1, maxLength: 6 })
    .map((wounds) =>
      wounds.reduce(
        (one, [start, length, put]) => `${one.slice(0, start)}${put}${one.slice(start + length)}`,
        text,
      ),
    );
};

for (const [name, read, sample] of readers)
  test(`${name}: any text is read or refused, never thrown at`, () => {
    fc.assert(
      fc.property(
        fc.oneof(damaged(sample), fc.string({ unit: 'binary', maxLength: 200 })),
        (text) => {
          expect(() => read(text)).not.toThrow();
        },
      ),
      { numRuns: runs(300) },
    );
  });
