import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readUpgraders } from '../../../source/parsers/host/upgraders.ts';
import { upgradersScript } from '../../../source/services/host/upgraders-script.ts';

/** Runs the script on a folder of unit files, with a systemctl that says what it was asked. */
const askedOf = (files: Readonly<Record<string, string>>, answer: string): readonly string[] => {
  const root = mkdtempSync(path.join(tmpdir(), 'nixup-upgraders-'));
  const units = path.join(root, 'system');
  mkdirSync(units);
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(units, name), text.replaceAll('ROOT', root), {
      mode: text.startsWith('#!') ? 0o755 : 0o644,
    });
  mkdirSync(path.join(root, 'bin'));
  writeFileSync(
    path.join(root, 'bin/systemctl'),
    `#!/bin/sh\necho "asked $*" >&2\ncat <<'END'\n${answer}\nEND\n`,
    { mode: 0o755 },
  );
  const script = upgradersScript
    .replaceAll('/etc/systemd/system', units)
    .replaceAll('/nix/store/', `${root}/`);
  return execFileSync('sh', ['-c', `exec 2>&1\n${script}`], {
    env: { PATH: `${path.join(root, 'bin')}:/usr/bin:/bin`, TZ: 'UTC', LC_ALL: 'C' },
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line !== '');
};

const timerAnswer = `Id=nightly.timer
ActiveState=active
NextElapseUSecRealtime=Mon 2026-11-30 04:40:00 UTC
NextElapseUSecMonotonic=0

Id=nightly.service
ActiveState=inactive
`;

test('a service of any name that switches the host is found, with its timer and when it fires', () => {
  const lines = askedOf(
    {
      'nightly.service': '[Service]\nExecStart=/bin/sh -c "nixos-rebuild switch --flake ."\n',
      'other.service': '[Service]\nExecStart=/bin/true\n',
    },
    timerAnswer,
  );
  expect(lines[0]).toContain('nightly.timer nightly.service');
  expect(lines[0]).not.toContain('other');
  const told = lines.flatMap((line) => /^upgrader (.*)$/.exec(line)?.[1] ?? []);
  expect(readUpgraders(told, null)).toEqual([
    { unit: 'nightly.timer', nextAt: Date.UTC(2026, 10, 30, 4, 40) },
  ]);
});

test('the start script of a unit is read too, and a timer of another name is found', () => {
  const lines = askedOf(
    {
      'pull.service': '[Service]\nExecStart=ROOT/system/unit-script-pull-start\n',
      'unit-script-pull-start': '#!/bin/sh\nexec /x/bin/switch-to-configuration switch\n',
      'every-hour.timer': '[Timer]\nOnCalendar=hourly\nUnit=pull.service\n',
    },
    timerAnswer,
  );
  expect(lines[0]).toContain('pull.timer pull.service every-hour.timer');
});

const switchLines = [
  'nixos-rebuild boot --flake /etc/nixos',
  '"$out/bin/switch-to-configuration" switch',
  'nix-env --profile /nix/var/nix/profiles/system --set "$out"',
  'nix-env -p "/nix/var/nix/profiles/system" --set "$out"',
  'nix-env --set "$out" -p /nix/var/nix/profiles/system',
  'nix build --profile /nix/var/nix/profiles/system "$flake"',
];

test.each(
  switchLines,
)('a script of any name that a unit starts is found where it has %s', (line) => {
  const lines = askedOf(
    {
      'gitops.service': '[Service]\nExecStart=-ROOT/system/converge --loop\n',
      converge: `#!/bin/sh\n${line}\n`,
      'other.service': '[Service]\nExecStart=ROOT/system/other\n',
      other: '#!/bin/sh\nnix-env -p /nix/var/nix/profiles/system --delete-generations 30d\n',
    },
    timerAnswer,
  );
  expect(lines[0]).toContain('gitops.timer gitops.service');
  expect(lines[0]).not.toContain('other');
});

test.each([
  ['an interpreter', 'ExecStart=/bin/sh "ROOT/system/converge" --loop'],
  ['its start script', 'ExecStart=ROOT/system/unit-script-gitops-start'],
])('a script that a unit starts through %s is found', (_what, start) => {
  const lines = askedOf(
    {
      'gitops.service': `[Service]\n${start}\n`,
      'unit-script-gitops-start': '#!/bin/sh\nexec "ROOT/system/converge" --loop\n',
      converge: '#!/bin/sh\nnixos-rebuild switch\n',
    },
    timerAnswer,
  );
  expect(lines[0]).toContain('gitops.timer gitops.service');
});

test('a text that only names nixos-rebuild, a program, and a container are no upgraders', () => {
  expect(
    askedOf(
      {
        'docs.service': '[Service]\nExecStart=/bin/serve ROOT/system/manual.html\n',
        'manual.html': '<p>Run nixos-rebuild switch.</p>',
        'tool.service': '[Service]\nExecStart=ROOT/system/tool\n',
        tool: '#!\0nixos-rebuild\n',
        'container@web.service': '[Service]\nExecStart=ROOT/system/start\n',
        start: '#!/bin/sh\nswitch-to-configuration test\n',
      },
      timerAnswer,
    ),
  ).toEqual([]);
});

test('a host without any asks systemd nothing', () => {
  expect(askedOf({ 'other.service': '[Service]\nExecStart=/bin/true\n' }, timerAnswer)).toEqual([]);
});

test('known agents are asked by their names', () => {
  expect(askedOf({ 'comin.service': '[Service]\n' }, timerAnswer)[0]).toContain('comin.service');
});
