import type { FlagRow } from './rows.ts';

export const deployFlags: readonly FlagRow[] = [
  {
    name: 'mode',
    value: 'MODE',
    choices: ['switch', 'boot', 'test', 'dry-activate'],
    help: 'what to do with the new system (default: switch)',
  },
  { name: 'waves', value: null, help: 'one wave of nixup.toml after the other (so it is anyway)' },
  { name: 'canary', value: 'HOST', help: 'this host first; the others only when it is healthy' },
  {
    name: 'expect-address',
    value: 'ADDRESS',
    help: 'the deploy of this one host is meant to change its ssh destination to this',
  },
  {
    name: 'expect-host-key',
    value: 'KEY',
    help: 'the same for its public host key, "ssh-ed25519 AAAA…"',
  },
  {
    name: 'expect-machine',
    value: 'ID',
    help: 'the machine with this /etc/machine-id is meant by this one host from now on',
  },
  {
    name: 'reboot',
    value: null,
    help: 'restart hosts that need it: booted once, proven, then made the default',
  },
];

export const commitFlags: readonly FlagRow[] = [
  {
    name: 'with',
    value: 'A,B',
    isList: true,
    help: 'commit these changed files too (else the lock alone)',
  },
  {
    name: 'leave-rest',
    value: null,
    help: 'leave other changed files uncommitted',
  },
  { name: 'push', value: null, help: 'push the branch, and prove that the remote has it' },
];

export const buildFlags: readonly FlagRow[] = [
  {
    name: 'build-on',
    value: 'WHERE',
    help: 'local, target (each host its own system), or one host',
  },
  { name: 'cores', value: 'N', isNumber: true, help: 'cores that each builder may take' },
  {
    name: 'accept-flake-config',
    value: null,
    help: "take the flake's nixConfig, such as a cache of its own",
  },
];

/** Flags that every subcommand takes. */
export const globalFlags: readonly FlagRow[] = [
  {
    name: 'flake',
    value: 'PATH',
    help: 'its folder; PATH?submodules=1: with submodules',
  },
  { name: 'config', value: 'FILE', help: 'another nixup.toml' },
  { name: 'json', value: null, help: 'one JSON document, or one event a line for runs' },
  { name: 'plain', value: null, help: 'text in lines, never the screen' },
  { name: 'yes', value: null, help: 'no questions; protected hosts still refuse' },
  {
    name: 'confirm',
    value: 'HOST',
    isList: true,
    help: 'agree to change this protected host, or to try again',
  },
  { name: 'read-only', value: null, help: 'look, and refuse every change' },
  {
    name: 'on',
    value: '@TAG',
    isList: true,
    help: 'only hosts with this tag; the screen opens filtered to them',
  },
  { name: 'jobs', value: 'N', isNumber: true, help: 'hosts to work on at a time' },
  { name: 'trust', value: null, help: "trust the commands of this flake's nixup.toml" },
  { name: 'ascii', value: null, help: 'draw with ASCII only' },
  { name: 'version', value: null, help: 'print the version' },
  { name: 'help', value: null, help: 'print help, of a subcommand when named' },
];
