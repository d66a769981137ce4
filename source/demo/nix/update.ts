import { canonicalVersion, newestVersion } from '../data/input-source.ts';
import type { DemoProgram } from '../process/process.ts';
import { badLock, type DemoFlake, lockedVersions, lockFileOf } from './locked.ts';

/** A locked reference as `nix flake update` shows it. */
const describeLocked = (locked: Readonly<Record<string, unknown>>): string => {
  const seconds = Number(locked['lastModified'] ?? 0);
  const day = new Date(seconds * 1000).toISOString().slice(0, 10);
  const hash = encodeURIComponent(String(locked['narHash']));
  const where =
    locked['type'] === 'git'
      ? `git+${String(locked['url'])}?ref=${String(locked['ref'])}&rev=${String(locked['rev'])}&narHash=${hash}`
      : `${String(locked['type'])}:${String(locked['owner'])}/${String(locked['repo'])}/${String(locked['rev'])}?narHash=${hash}`;
  return `'${where}' (${day})`;
};

/** `nix flake update`: takes the newest versions into the lock. */
export const demoUpdate =
  (demo: DemoFlake): DemoProgram =>
  async (call) => {
    const { files, locks } = demo;
    const at = call.args.indexOf('--');
    const names = at === -1 ? [] : call.args.slice(at + 1);
    const before = await lockedVersions(demo, demo.flake);
    if (before === null) return badLock(call, demo);
    for (const name of names)
      if (!locks.sources.some((source) => source.name === name.split('/')[0]))
        call.say(`warning: Flake input '${name}' does not match any input of this flake`);
    const after = new Map(before);
    const moved: string[] = [];
    for (const source of locks.sources) {
      if (names.length > 0 && !names.includes(source.name)) continue;
      const newest = canonicalVersion(source, newestVersion);
      await call.sleep(180);
      if (before.get(source.name) === newest) continue;
      call.say(
        `unpacking '${source.name}' at ${locks.revision(source.name, newest)} into the Git cache...`,
      );
      await call.sleep(source.name === 'nixpkgs' ? 900 : 120);
      after.set(source.name, newest);
      moved.push(source.name);
    }
    if (moved.length === 0) return 0;
    call.say(`warning: updating lock file "${lockFileOf(demo)}":`);
    for (const source of locks.sources.filter(({ name }) => moved.includes(name))) {
      call.say(`• Updated input '${source.name}':`);
      call.say(`    ${describeLocked(locks.locked(source, before.get(source.name) ?? 0))}`);
      call.say(`  → ${describeLocked(locks.locked(source, newestVersion))}`);
    }
    await files.write(lockFileOf(demo), locks.write(after));
    return 0;
  };
