import { cp } from 'node:fs/promises';
import path from 'node:path';
import { type Chroot, type Keys, slimSystemd } from './first-state.ts';
import { moments, nixpkgsHistory, smallHistories } from './histories.ts';
import { mustRunShell } from './local-command.ts';
import { type HostName, hostNames, machineNames, machines } from './machines.ts';
import { labSources } from './paths.ts';

export type Generation = Readonly<Record<HostName, string>>;

/** The workstation: inputs with histories, the fleet's flake with its own, and the systems of three of its commits built. */
export async function prepareWorkstation(
  workstation: Chroot,
  keys: Keys,
  onProgress: (line: string) => void,
): Promise<readonly Generation[]> {
  await configure(workstation, keys);
  onProgress('workstation: histories of the inputs');
  for (const history of [nixpkgsHistory(), ...smallHistories()]) {
    const folder = `/srv/inputs/${history.name}`;
    await workstation.script(
      `git init --quiet --bare ${folder}; cd ${folder}; git symbolic-ref HEAD refs/heads/${history.branches[0]}; git fast-import --quiet`,
      history.stream,
    );
  }
  onProgress('workstation: the fleet and its history');
  await cp(path.join(labSources, 'fleet'), path.join(workstation.root, 'root/fleet'), {
    recursive: true,
  });
  await workstation.script(
    'git init --quiet --bare /srv/git/fleet.git; cd /root/fleet; git init --quiet; git remote add origin file:///srv/git/fleet.git',
  );
  const generations: Generation[] = [];
  generations.push(await commitAndBuild(workstation, moments.first, 'Bring the fleet together'));
  await commit(
    workstation,
    '2026-10-24T19:12:40Z',
    'README: say which host does what',
    'printf "\\n- p620: metrics and dashboards\\n- p510: media\\n- razer, samsung: laptops\\n" >> README.md',
  );
  generations.push(await commitAndBuild(workstation, moments.second, 'flake.lock: update'));
  await commit(
    workstation,
    '2026-11-08T10:05:00Z',
    'Justfile: explain the recipes',
    'sed -i "1a # Read them before you trust them." Justfile',
  );
  generations.push(await commitAndBuild(workstation, moments.locked, 'flake.lock: update'));
  await showBranchesAt(workstation, moments.head);
  await workstation.script('cd /root/fleet; git push --quiet --set-upstream origin main');
  return generations;
}

async function configure(workstation: Chroot, keys: Keys): Promise<void> {
  const names = machineNames.map((name) => `${machines[name].address} ${name}`).join('\n');
  await mustRunShell(
    `
    mkdir -p -m 700 "$ROOT/root/.ssh"; cp "$KEYS/login" "$ROOT/root/.ssh/id_ed25519"; cp "$KEYS/login.pub" "$ROOT/root/.ssh/id_ed25519.pub"
    for host in ${hostNames.join(' ')}; do echo "$host $(cut -d' ' -f1,2 "$KEYS/$host.pub")"; done > "$ROOT/root/.ssh/known_hosts"
  `,
    { env: { ...process.env, ROOT: workstation.root, KEYS: keys.folder } },
  );
  await workstation.script(`${slimSystemd}
    echo workstation > /etc/hostname; printf '%s\\n' '127.0.0.1 localhost' ${names
      .split('\n')
      .map((line) => `'${line}'`)
      .join(' ')} > /etc/hosts
    echo ${'5'.repeat(32)} > /etc/machine-id
    printf 'Host samsung\\n  User deploy\\n' > /root/.ssh/config
    mkdir -p /etc/nix; printf '%s\\n' 'experimental-features = nix-command flakes' 'substituters =' 'flake-registry =' 'sandbox = false' 'build-users-group =' 'max-jobs = auto' > /etc/nix/nix.conf
    git config --system protocol.file.allow always; git config --system init.defaultBranch main; git config --system safe.directory '*'
    git config --system user.name 'Lab Person'; git config --system user.email person@example.org; git config --system gc.auto 0
    printf '#!/bin/sh\\nexec /opt/nixup/node_modules/.bin/node /opt/nixup/dist/cli.js "$@"\\n' > /usr/local/bin/nixup; chmod 755 /usr/local/bin/nixup
    mkdir -p /srv/git /srv/inputs /opt/nixup
  `);
}

/** Lets each branch of each input show the commits that existed at a moment. */
async function showBranchesAt(workstation: Chroot, moment: string): Promise<void> {
  await workstation.script(`
    for input in /srv/inputs/*; do
      for full in $(git -C "$input" for-each-ref --format='%(refname)' refs/full); do
        git -C "$input" update-ref "refs/heads/\${full#refs/full/}" "$(git -C "$input" rev-list -1 --before=${moment} "$full")"
      done
    done`);
}

async function commitAndBuild(
  workstation: Chroot,
  moment: string,
  subject: string,
): Promise<Generation> {
  await showBranchesAt(workstation, moment);
  await workstation.script('cd /root/fleet; git add --all; nix flake update');
  await commit(workstation, moment, subject, ':');
  const wanted = hostNames
    .map((name) => `.#nixosConfigurations.${name}.config.system.build.toplevel`)
    .join(' ');
  const built = (
    await workstation.script(`cd /root/fleet; nix build --no-link --print-out-paths ${wanted}`)
  )
    .trim()
    .split('\n');
  return Object.fromEntries(
    hostNames.map((name, index) => [name, built[index] ?? '']),
  ) as Generation;
}

async function commit(
  workstation: Chroot,
  moment: string,
  subject: string,
  change: string,
): Promise<void> {
  await workstation.script(`
    cd /root/fleet; ${change}
    git add --all; GIT_AUTHOR_DATE=${moment} GIT_COMMITTER_DATE=${moment} git commit --quiet -m '${subject}'`);
}
