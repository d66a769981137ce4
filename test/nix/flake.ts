import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** nixup's own flake over a stand-in for nixpkgs, and a flake that uses it, in a folder of their own. */
export interface FlakeCopy {
  readonly folder: string;
  /** Runs nix in `folder`; what it prints. */
  readonly nix: (...args: readonly string[]) => Promise<string>;
  /** An output of nixup's flake, as installable. */
  readonly output: (name: string) => readonly string[];
  /** A Nix expression over `nixup`, `nixpkgs`, `pkgs` and `modules` (evaluates a list of modules), as JSON. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly remove: () => Promise<void>;
}

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

/** What the flake reads; node_modules and .git stay behind. */
const parts = [
  'flake.nix',
  'flake.lock',
  'nix',
  'source',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'nixup.schema.json',
  'schemas',
  'docs',
];

const nixSettings = [
  'experimental-features = nix-command flakes',
  'substituters =',
  'sandbox = false',
  'build-users-group =',
].join('\n');

/** Where npm's program is: the one on the PATH, as a file that any Node can run. */
export const npmProgram = async (): Promise<string> => {
  const { stdout } = await run('sh', ['-c', 'readlink -f "$(command -v npm)"']);
  return stdout.trim();
};

export const copyFlake = async (): Promise<FlakeCopy> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-flake-'));
  const flake = path.join(folder, 'flake');
  const nixpkgs = path.join(folder, 'nixpkgs');
  await mkdir(flake);
  for (const part of parts)
    await cp(path.join(root, part), path.join(flake, part), { recursive: true });
  await cp(path.join(import.meta.dirname, 'nixpkgs'), nixpkgs, { recursive: true });
  const npm = `${process.execPath} ${await npmProgram()}`;
  await writeFile(
    path.join(nixpkgs, 'machine.nix'),
    `{ node = ${JSON.stringify(process.execPath)}; npm = ${JSON.stringify(npm)}; }\n`,
  );
  const nix = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('nix', [...args], {
      cwd: folder,
      env: { ...process.env, NIX_CONFIG: nixSettings },
      maxBuffer: 64 << 20,
    });
    return stdout.trim();
  };
  return {
    folder,
    nix,
    output: (name) => [
      `path:${flake}#${name}`,
      '--override-input',
      'nixpkgs',
      `path:${nixpkgs}`,
      '--no-write-lock-file',
    ],
    evaluate: async (expression) => {
      const user = await mkdtemp(path.join(folder, 'user-'));
      await writeFile(path.join(user, 'flake.nix'), userFlake(flake, nixpkgs, expression));
      return JSON.parse(await nix('eval', '--json', '--no-write-lock-file', `path:${user}#answer`));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** A flake that takes nixup as people do: by input, with its own nixpkgs. */
const userFlake = (flake: string, nixpkgs: string, expression: string): string => `{
  inputs.nixpkgs.url = "path:${nixpkgs}";
  inputs.nixup.url = "path:${flake}";
  inputs.nixup.inputs.nixpkgs.follows = "nixpkgs";
  outputs = { nixpkgs, nixup, ... }:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
      modules = list: (nixpkgs.lib.evalModules {
        modules = list;
        specialArgs = { inherit pkgs; };
      }).config;
    in
    { answer = ${expression}; };
}
`;
