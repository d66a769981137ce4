import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * The hash of the npm packages that the flake builds nixup from, computed from package-lock.json:
 * `npm run nix:hash` writes it to nix/packages.hash, with `--check` it is only compared. Nix itself
 * cannot tell: it takes a fixed output that it has for right, whatever the lock says now.
 */
const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..');
const hashFile = path.join(root, 'nix', 'packages.hash');

/** The settings of npm that say how its registry is reached; `npm run` hands them on. */
const wayToRegistry = new Set(
  ['registry', 'cafile', 'proxy', 'https_proxy', 'noproxy'].map((name) => `npm_config_${name}`),
);

/** The file name of npm's program, run by a Node of one's choice. */
export interface Npm {
  readonly node: string;
  readonly program: string;
}

/** Fetches the packages as nix/packages.nix does; SRI form, as `nix hash path` prints it. */
export const hashOfPackages = async (npm?: Npm): Promise<string> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-packages-'));
  try {
    for (const file of ['package.json', 'package-lock.json', 'nix/needed-packages.js'])
      await cp(path.join(root, file), path.join(folder, path.basename(file)));
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    if (npm !== undefined) {
      const wrappers = { node: npm.node, npm: `${npm.node} ${npm.program}` };
      for (const [name, command] of Object.entries(wrappers))
        await writeFile(path.join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    }
    const output = path.join(folder, 'out');
    const env = {
      ...process.env,
      // What `npm run` sets would make an inner npm behave as the outer one;
      // only the way to the registry is this machine's.
      ...Object.fromEntries(
        Object.keys(process.env)
          .filter((name) => name.startsWith('npm_') && !wayToRegistry.has(name))
          .map((name) => [name, undefined]),
      ),
      HOME: folder,
      PATH: npm === undefined ? process.env['PATH'] : `${bin}:${process.env['PATH']}`,
    };
    await run('sh', [path.join(root, 'nix/fetch-packages.sh'), output], { cwd: folder, env });
    const { stdout } = await run('nix', [
      '--extra-experimental-features',
      'nix-command',
      'hash',
      'path',
      '--type',
      'sha256',
      '--sri',
      output,
    ]);
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const writtenHash = async (): Promise<string> => (await readFile(hashFile, 'utf8')).trim();

const main = async (isCheck: boolean): Promise<void> => {
  const [hash, written] = [await hashOfPackages(), await writtenHash()];
  if (hash === written) {
    process.stdout.write(`nix/packages.hash is right: ${hash}\n`);
  } else if (isCheck) {
    process.stderr.write(
      `nix/packages.hash says ${written}, but package-lock.json gives ${hash}\nWrite it: npm run nix:hash\n`,
    );
    process.exitCode = 1;
  } else {
    await writeFile(hashFile, `${hash}\n`);
    process.stdout.write(`nix/packages.hash: ${written} → ${hash}\n`);
  }
};

if (import.meta.main) await main(process.argv.includes('--check'));
