import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs beside Node that tests ask, and the Debian package that has each. */
const packages = {
  gpg: 'gnupg',
  'grub-emu': 'grub-emu',
  mandoc: 'mandoc',
  nix: 'nix-bin',
  'nix-store': 'nix-bin',
  openssl: 'openssl',
  promtool: 'prometheus',
  tmux: 'tmux',
} as const;

export type Tool = keyof typeof packages;

/** What decides whether a missing tool may leave a test out. */
export interface Machine {
  readonly isCi: boolean;
  /** `npm test` and `.ci/run` install everything there. */
  readonly canInstall: boolean;
}

export type Answer =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip'; readonly line: string }
  | { readonly kind: 'fail'; readonly line: string };

/** Whether a test runs; one line of why it does not, with its name and what to install. */
export const answerFor = (test: string, missing: readonly Tool[], machine: Machine): Answer => {
  if (missing.length === 0) return { kind: 'run' };
  const install = [...new Set(missing.map((tool) => packages[tool]))].join(' ');
  const verb = missing.length === 1 ? 'is' : 'are';
  const line = `${test} needs ${missing.join(' and ')}, which ${verb} not installed here (apt-get install ${install})`;
  return machine.isCi || machine.canInstall
    ? { kind: 'fail', line }
    : { kind: 'skip', line: `skipped: ${line}` };
};

const thisMachine = (): Machine => ({
  isCi: !['', 'false', '0'].includes(process.env['CI'] ?? ''),
  canInstall: process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'),
});

const testFolder = fileURLToPath(new URL('.', import.meta.url));

/** Whether the tools of a test file (`import.meta.filename`) are there. Throws where they must be. */
export const hasTools = (file: string, ...tools: readonly Tool[]): boolean => {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  const answer = answerFor(path.relative(testFolder, file), missing, thisMachine());
  if (answer.kind === 'fail') throw new Error(answer.line);
  if (answer.kind === 'skip') process.stderr.write(`${answer.line}\n`);
  return answer.kind === 'run';
};
