import { mustRunIn } from './enter.ts';

/** Lets later commits of an input's history arrive on its branch, as the world goes on. Returns the new revision. */
export async function advanceInput(input: string, commits = 5, branch?: string): Promise<string> {
  const output = await mustRunIn(
    'workstation',
    `
    cd /srv/inputs/${input}; branch=${branch ?? '$(git symbolic-ref --short HEAD)'}
    next=$(git rev-list --reverse "refs/heads/$branch..refs/full/$branch" | sed -n ${commits}p)
    [ -n "$next" ] || { echo "no ${commits} later commits of ${input}" >&2; exit 1; }
    git update-ref "refs/heads/$branch" "$next"; echo "$next"`,
  );
  return output.trim();
}

/** Lets an input's branch end where the fleet's lock is, as if nothing had come since. */
export const haltInput = (input: string): Promise<string> =>
  mustRunIn(
    'workstation',
    `revision=$(jq -r '.nodes[.nodes.root.inputs."${input}"].locked.rev' /root/fleet/flake.lock)
    cd /srv/inputs/${input}; git update-ref "$(git symbolic-ref HEAD)" "$revision"`,
  );

/** A commit of one's own at the head of an input: files by path, nothing else changes. Returns the revision. */
export async function commitToInput(
  input: string,
  subject: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const changes = Object.entries(files)
    .map(([file, text]) => `M 100644 inline ${file}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    .join('');
  const who = `Dana Probe <dana.probe@example.org> ${Math.floor(Date.now() / 1000)} +0000`;
  const branch = (
    await mustRunIn('workstation', `git -C /srv/inputs/${input} symbolic-ref HEAD`)
  ).trim();
  const stream = `commit ${branch}\nauthor ${who}\ncommitter ${who}\ndata ${Buffer.byteLength(subject)}\n${subject}\nfrom ${branch}^0\n${changes}`;
  await mustRunIn('workstation', `git -C /srv/inputs/${input} fast-import --quiet --force`, {
    input: stream,
  });
  return (await mustRunIn('workstation', `git -C /srv/inputs/${input} rev-parse HEAD`)).trim();
}
