import type { DeployMode } from '../../model/deploy/plan.ts';
import type { SubcommandName } from './subcommands.ts';

/** Every flag of every subcommand, with a value for «not given». */
export interface Flags {
  readonly flake: string | null;
  readonly config: string | null;
  readonly json: boolean;
  readonly plain: boolean;
  readonly yes: boolean;
  readonly confirm: readonly string[];
  readonly readOnly: boolean;
  readonly on: readonly string[];
  readonly jobs: number | null;
  readonly trust: boolean;
  readonly ascii: boolean;
  readonly exclude: readonly string[];
  readonly markdown: boolean;
  readonly builtOnly: boolean;
  readonly all: boolean;
  readonly undo: boolean;
  readonly keep: boolean;
  readonly mode: DeployMode;
  readonly waves: boolean;
  readonly canary: string | null;
  /** Where the one host of the deploy answers afterwards, and with which public key. */
  readonly expectAddress: string | null;
  readonly expectHostKey: string | null;
  readonly expectMachine: string | null;
  readonly generation: number | null;
  /** Hosts whose new system starts with a boot only are restarted. */
  readonly reboot: boolean;
  readonly lock: boolean;
  readonly commit: boolean;
  readonly push: boolean;
  readonly pr: boolean;
  readonly with: readonly string[];
  readonly leaveRest: boolean;
  readonly message: string | null;
  readonly edit: boolean;
  readonly follow: boolean;
  readonly inputs: readonly string[];
  readonly noDeploy: boolean;
  readonly noCommit: boolean;
  readonly bisect: boolean;
  readonly hold: boolean;
  readonly trace: boolean;
  readonly fresh: boolean;
  readonly validate: 'quick' | 'full' | null;
  readonly reason: string | null;
  readonly until: string | null;
  readonly release: boolean;
  readonly facts: boolean;
  readonly buildOn: string | null;
  readonly cores: number | null;
  readonly acceptFlakeConfig: boolean;
  /** The health of hosts as it is becomes the baseline. */
  readonly accept: boolean;
}

export const noFlags: Flags = {
  flake: null,
  config: null,
  json: false,
  plain: false,
  yes: false,
  confirm: [],
  readOnly: false,
  on: [],
  jobs: null,
  trust: false,
  ascii: false,
  exclude: [],
  markdown: false,
  builtOnly: false,
  all: false,
  undo: false,
  keep: false,
  mode: 'switch',
  waves: false,
  canary: null,
  expectAddress: null,
  expectMachine: null,
  expectHostKey: null,
  generation: null,
  reboot: false,
  lock: false,
  commit: false,
  push: false,
  pr: false,
  with: [],
  leaveRest: false,
  message: null,
  edit: false,
  follow: false,
  inputs: [],
  noDeploy: false,
  noCommit: false,
  bisect: false,
  hold: false,
  trace: false,
  fresh: false,
  validate: null,
  reason: null,
  until: null,
  release: false,
  facts: false,
  buildOn: null,
  cores: null,
  acceptFlakeConfig: false,
  accept: false,
};

/** A command line that was understood. `command` is null for `nixup` alone. */
export interface Invocation {
  readonly command: SubcommandName | null;
  readonly words: readonly string[];
  readonly flags: Flags;
}
