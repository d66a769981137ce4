import { chmodSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ScaleFleet, scaleFleet } from '../../test/support/scale/fleet.ts';
import type { Measured } from './row.ts';
import { keyRow, openScreen } from './screen.ts';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

const linesOfBuild = 50;

/** What a shell makes of a path of a system: the name of its host, without starting a program. */
const hostOfPath = `host=\${path##*nixos-system-}; host=\${host%%-26.05*}`;

/** Nothing is in the store until `nix build` said some lines and made it. */
const standInSystems = ({ folder }: ScaleFleet): void => {
  const built = path.join(folder, 'built');
  mkdirSync(built);
  const event = (action: string, rest: object): string =>
    `@nix ${JSON.stringify({ action, id: 1, ...rest })}\n`;
  const line = (index: number): string =>
    event('result', { fields: [`CC drivers/net/part-${index}.o`], type: 101 });
  const start = {
    fields: ['/nix/store/aaaa-thing.drv', '', 1, 1],
    level: 3,
    parent: 0,
    text: '',
    type: 105,
  };
  writeFileSync(
    path.join(folder, 'lines'),
    event('start', start) +
      Array.from({ length: linesOfBuild }, (_, index) => line(index)).join('') +
      event('stop', {}),
  );
  const write = (name: string, text: string): void => {
    const at = path.join(folder, 'bin', name);
    renameSync(at, `${at}-real`);
    writeFileSync(at, text.replace('REAL', `${at}-real`));
    chmodSync(at, 0o755);
  };
  write(
    'nix',
    `#!/bin/sh
case $1 in
  build)
    for path; do :; done
    case "$*" in *--dry-run*)
      printf 'this derivation will be built:\\n  %s\\n' "\${path%^*}" >&2
      exit 0 ;;
    esac
    ${hostOfPath}
    while IFS= read -r line; do printf '%s\\n' "$line" >&2; done <'${folder}/lines'
    : >'${built}/'"$host"
    exit 0 ;;
  path-info)
    while [ "$1" != -- ]; do shift; done
    shift
    for path; do ${hostOfPath}; [ -e '${built}/'"$host" ] || exit 1; done
    printf '%s\\n' "$@"
    exit 0 ;;
esac
exec 'REAL' "$@"
`,
  );
  write(
    'nix-store',
    `#!/bin/sh
case "$*" in *--print-invalid*)
  for path; do
    case $path in /nix/store/*) ${hostOfPath}; [ -e '${built}/'"$host" ] || echo "$path" ;; esac
  done
  exit 0 ;;
esac
exec 'REAL' "$@"
`,
  );
};

const memory = (name: string, megabytes: number, against: string): Measured => ({
  name,
  took: `${megabytes.toFixed(0)} MB`,
  against,
  times: null,
  goal: 'at most 250 MB',
  holds: megabytes <= 250,
});

const mustBeBuilt = ({ folder, hosts }: ScaleFleet): void => {
  const count = readdirSync(path.join(folder, 'built')).length;
  if (count !== hosts.length) throw new Error(`${count} of ${hosts.length} hosts were built`);
};

const headless = async (count: number): Promise<Measured> => {
  using fleet = scaleFleet({ count });
  standInSystems(fleet);
  const ended = await fleet.run([process.execPath, program, 'test', '--json']);
  if (ended.exitCode !== 0)
    throw new Error(`status ${ended.exitCode}: ${ended.stderr}${ended.stdout.slice(-500)}`);
  const result: { readonly hosts: Readonly<Record<string, { readonly status: string }>> } =
    JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
  const good = Object.values(result.hosts).filter(({ status }) => status === 'succeeded');
  if (good.length !== count) throw new Error(`${good.length} of ${count} hosts succeeded`);
  mustBeBuilt(fleet);
  return memory(`nixup test of ${count} hosts`, ended.peakBytes / 1024 ** 2, 'nothing');
};

/** A test of a fleet to its end, without a screen and by it: every host is built, and said to be. */
export const testRows = async (count: number, tell: (row: Measured) => void): Promise<void> => {
  tell(await headless(count));
  using fleet = scaleFleet({ count });
  standInSystems(fleet);
  const screen = openScreen(fleet);
  try {
    await screen.until('the hosts', () => /host\d+/.test(screen.text()));
    await screen.untilAsked();
    const before = screen.memory('VmRSS');
    screen.child.write('T');
    await screen.until('that builds run', () => /test \d/.test(screen.text()));
    tell(keyRow(`keys while ${count} hosts are tested`, await screen.press(60)));
    await screen.until('the end of the test', () => /✓ test/.test(screen.text()), 900_000);
    mustBeBuilt(fleet);
    const against = `${before.toFixed(0)} MB before`;
    tell(memory(`the most while they are tested`, screen.memory('VmHWM'), against));
  } finally {
    screen.child.kill('SIGKILL');
  }
};
