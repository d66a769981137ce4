/** A word for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Reads the script up to the mark of its answer, waits as long as a host would, and prints what was
 * prepared for the host. It starts two programs and no more: a thousand of them are measured.
 */
export const standInSsh = (folder: string): string => `#!/bin/sh
folder=${quoted(folder)}
kind=script
while [ $# -gt 0 ]; do
  case $1 in
    -O) kind=control; shift 2 ;;
    -o|-F|-J|-p|-l) shift 2 ;;
    -G|-vG) kind=route; shift ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
host=$1
echo "ssh $kind $host" >>"$folder/calls"
case $kind in
  control) exit 0 ;;
  route) echo "hostname $host"; echo 'user root'; exit 0 ;;
esac
while IFS= read -r line; do
  case $line in *nixup-answer-begins-*) break ;; esac
done
mark=\${line##*nixup-answer-begins-}
fate=good
seconds=0.02
[ -e "$folder/fates/$host" ] && read -r fate seconds <"$folder/fates/$host"
case $fate in
  mute)
    sleep 10
    echo "ssh: connect to host $host port 22: Connection timed out" >&2
    exit 255 ;;
  unknown-key)
    sleep 0.02
    echo "No ED25519 host key is known for $host and you have requested strict checking." >&2
    echo 'Host key verification failed.' >&2
    exit 255 ;;
  hangs) exec sleep 3600 ;;
esac
sleep "$seconds"
printf '\\nnixup-answer-begins-%s\\n' "$mark"
answer=$folder/answers/$host
# Where a test wants it, the journal of a host is asked too: the script that does so is short.
count=0
while [ -e "$folder/journal" ] && [ $count -lt 12 ] && IFS= read -r line; do
  count=$((count + 1))
  case $line in begins=*) answer=$folder/journal; break ;; esac
done
exec cat "$answer" - <<END

nixup-answer-ends-$mark
END
`;

/** Tells the call as one line, and does it. */
export const tellingProgram = (folder: string, name: string, real: string): string =>
  `#!/bin/sh
echo "${name} $*" | tr '\\n' ' ' | sed 's/$/\\n/' >>${quoted(`${folder}/calls`)}
exec ${quoted(real)} "$@"
`;

/**
 * Nix that evaluates for real, and whose builds are there at once: a store of its own would need
 * rights of the kernel to build in.
 */
export const standInNix = (folder: string, real: string): string =>
  tellingProgram(folder, 'nix', real).replace(
    /^exec/m,
    `case $1 in
  build) exit 0 ;;
  path-info)
    while [ "$1" != -- ]; do shift; done
    shift
    printf '%s\\n' "$@"
    exit 0 ;;
esac
exec`,
  );

/** What a nix-eval-jobs does besides; absent: what is written for it. */
export interface JobsFate {
  /** After so many lines a worker dies, and with it all of it. */
  readonly diesAfter?: number;
  /** Prints what is no line of its own between them. */
  readonly babbles?: boolean;
}

/**
 * nix-eval-jobs as its source has it (`src/worker.cc`, `src/drv.cc`, `src/nix-eval-jobs.cc`): a line for
 * each attribute as soon as it is evaluated, with the error of one that does not, and no line for those
 * that are left when a worker dies. The real Nix evaluates, each attribute for itself.
 */
export const standInEvalJobs = (folder: string, real: string): string => `#!${process.execPath}
const { execFileSync } = require('node:child_process');
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const words = process.argv.slice(2);
if (!words.includes('--expr')) {
  console.log('USAGE: nix-eval-jobs [options] expr');
  process.exit(0);
}
appendFileSync(folder + '/calls', 'nix-eval-jobs ' + words.join(' ').replaceAll('\\n', ' ') + '\\n');
const fate = existsSync(folder + '/jobs') ? JSON.parse(readFileSync(folder + '/jobs', 'utf8')) : {};
const evaluate = (apply) =>
  JSON.parse(
    execFileSync(${JSON.stringify(real)}, ['eval', '--impure', '--json', '--expr', words.at(-1), '--apply', apply], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
let told = 0;
for (const name of evaluate('builtins.attrNames')) {
  if (told === fate.diesAfter) {
    console.log('{"attr":"half a li');
    console.error('error: while reading result for attrPath, evaluation worker got killed by SIGKILL, maybe memory limit reached?');
    process.exit(1);
  }
  told += 1;
  if (fate.babbles) console.log('warning: no line of JSON\\n[]\\n{"attr":"nobody","attrPath":["nobody"],"error":"error: not asked"}\\n');
  const named = { attr: name.includes('.') ? '"' + name + '"' : name, attrPath: [name] };
  try {
    const { out, ...drv } = evaluate('hosts: let drv = hosts.' + JSON.stringify(name) + '; in { inherit (drv) drvPath name system; out = drv.outPath; }');
    console.log(JSON.stringify({ ...named, ...drv, inputDrvs: {}, outputs: { out } }));
  } catch (error) {
    console.error(error.stderr);
    console.log(JSON.stringify({ ...named, error: error.stderr }));
  }
}
`;

/** The lines of a flake whose systems cost Nix `weight` steps each. */
export const flakeText = (weight: number): string => `{
  outputs = { self }: let
    hosts = builtins.fromJSON (builtins.readFile ./hosts.json);
    work = name: builtins.foldl' (sum: index: sum + builtins.stringLength "\${name}\${toString index}") 0 (builtins.genList (index: index) ${weight});
    host = { name, broken }: {
      pkgs.stdenv.hostPlatform.system = "x86_64-linux";
      config.networking.hostName = name;
      config.system.build.toplevel = derivation {
        name = "nixos-system-\${name}-26.05";
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [ "-c" "echo \${name} > $out" ];
        work = if broken then { }.\${"missing-in-\${name}"} else work name;
      };
    };
  in {
    nixosConfigurations = builtins.listToAttrs (map (one: { inherit (one) name; value = host one; }) hosts);
  };
}
`;

const asHex = (host: string): string => Buffer.from(host).toString('hex').padStart(32, '0');

/** What the probe script prints on a host that runs a system. */
export const probeAnswer = (host: string, toplevel: string): string => {
  const system = (name: string): readonly string[] => [
    `${name} ${toplevel}`,
    `${name}-kernel /nix/store/${'k'.repeat(32)}-linux-6.18.19/bzImage`,
    `${name}-initrd /nix/store/${'i'.repeat(32)}-initrd-linux-6.18.19/initrd`,
    `${name}-kernel-modules /nix/store/${'m'.repeat(32)}-linux-6.18.19-modules/lib/modules`,
  ];
  const unit = (name: string, sub: string): string => `unit ${name} loaded active ${sub} ${name}`;
  const links = Array.from(
    { length: 10 },
    (_, index) => `/nix/var/nix/profiles/system-${index + 1}-link`,
  );
  return `${[
    'nixup-probe 1',
    'started 60.00',
    'elevation root',
    'user root',
    'groups root',
    `host-name ${host}`,
    `machine-id ${asHex(host)}`,
    `boot-id boot-${host}`,
    'load 0.10 0.10 0.10 1/200 400',
    'nixos yes',
    'os "NixOS"',
    ...system('current'),
    ...system('booted'),
    `profile ${toplevel}`,
    'nixos-version 26.05.20261101.abc',
    ...links.map((link) => `generation 1795000000 '${link}' -> '${toplevel}'`),
    ...links.map((link) => `version ${link} 26.05.20261101.abc`),
    ...['multi-user.target', 'basic.target', 'timers.target'].map((name) => unit(name, 'active')),
    ...Array.from({ length: 30 }, (_, index) => unit(`service-${index}.service`, 'running')),
    'space /dev/vda2 482344960 230000000 252344960 48% /',
    'space /dev/vda1 1048576 310000 738576 30% /boot',
    'nix-version nix-store (Nix) 2.34.1',
    'nix-daemon yes',
    'store-owner root',
    'stopped 60.04',
    'nixup-probe-end',
  ].join('\n')}\n`;
};
