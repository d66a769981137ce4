import { z } from 'zod';
import { durationPattern, parseDuration } from './durations.ts';
import { isSafeAddress } from './host-address.ts';

/*
 * The one definition of `nixup.toml`. The types of the program, the messages
 * about mistakes, nixup.schema.json and docs/config.md all come from it.
 * `prefault` and not `default`: the default is written as a person would write
 * it, and stands so in the JSON Schema and the reference page.
 */

const duration = z
  .string()
  .regex(durationPattern, 'must be a duration such as "90s", "15m", "1h30m" or "30d"')
  .transform((text) => parseDuration(text) ?? 0);

const atOnce = z.int().min(1).max(1_000);

const words = z.array(z.string().min(1, 'must not be empty'));

const command = z.array(z.string()).min(1, 'must name a program');

/** Never starts with a dash: an address must not become an option of ssh. */
const sshDestination = z
  .string()
  .refine(
    isSafeAddress,
    'must be an ssh destination such as "p620", "admin@192.0.2.7" or "ssh://p620:2222"',
  );

const day = z.iso.date('must be a day such as "2026-12-24"');

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const fleet = z
  .strictObject({
    jobs: z
      .strictObject({
        eval: z
          .union([z.literal('auto'), atOnce])
          .prefault('auto')
          .describe('Hosts evaluated at a time; auto goes by the memory that is free.'),
        build: z
          .union([z.literal('auto'), atOnce])
          .prefault('auto')
          .describe('Hosts built at a time.'),
        copy: atOnce.prefault(4).describe('Hosts copied to at a time.'),
        activate: atOnce.prefault(4).describe('Hosts activated at a time.'),
      })
      .prefault({})
      .describe('How much happens at a time.'),
    waves: z
      .array(words.min(1, 'must name a host'))
      .prefault([])
      .describe('Groups of hosts deployed one after the other; hosts named in none come last.'),
    soak: duration
      .optional()
      .describe(
        'Pause between waves in which health is watched: 2m where waves or a canary are asked for, none after the canary that nixup takes by itself.',
      ),
    on_failure: z
      .enum(['stop', 'continue', 'revert-wave'])
      .prefault('stop')
      .describe('What a failed host means for the others.'),
    activation_timeout: duration
      .prefault('15m')
      .describe('An activation that takes longer is stopped and reverted.'),
    confirm_timeout: duration
      .prefault('60s')
      .describe(
        'From the end of the activation: a host without contact by then reverts by itself.',
      ),
    revert_timeout: duration
      .prefault('5m')
      .describe('How long a host may take to go back to its old system.'),
    reboot_timeout: duration
      .prefault('10m')
      .describe('How long a host may take to answer again after a restart.'),
    settle: duration
      .prefault('2s')
      .describe('How long health is watched after an activation before the host is confirmed.'),
    keep_generations: duration
      .prefault('30d')
      .describe('Generations younger than this are never proposed for removal.'),
  })
  .transform((table) => ({
    jobs: table.jobs,
    waves: table.waves,
    soakMs: table.soak ?? null,
    onFailure: table.on_failure,
    activationTimeoutMs: table.activation_timeout,
    confirmTimeoutMs: table.confirm_timeout,
    revertTimeoutMs: table.revert_timeout,
    rebootTimeoutMs: table.reboot_timeout,
    settleMs: table.settle,
    keepGenerationsMs: table.keep_generations,
  }));

const host = z
  .strictObject({
    address: sshDestination.optional().describe("An ssh destination; the host's name when absent."),
    tags: words.prefault([]).describe('Names for groups, used by --on @tag.'),
    critical: words.prefault([]).describe('Units that must be active for the host to be healthy.'),
    policy: z
      .enum(['auto', 'ask', 'protected'])
      .prefault('auto')
      .describe('Whether deploying asks; the name of a protected host must be typed.'),
    elevate: z
      .enum(['auto', 'root', 'sudo', 'doas', 'run0'])
      .prefault('auto')
      .describe('How the login user becomes root.'),
    build_on: z
      .string()
      .prefault('local')
      .describe('Where its system is built: local, target, or the name of another host.'),
    deploy: z
      .boolean()
      .optional()
      .describe('False: built, never deployed. Images and installers are found by themselves.'),
    build: z.boolean().optional().describe('False: left out of tests and deploys.'),
    after: words.prefault([]).describe('Hosts that must be done and confirmed before this one.'),
    on_unhealthy: z
      .enum(['keep', 'ask', 'rollback'])
      .prefault('ask')
      .describe('What happens when the host is unhealthy after a deploy.'),
    ignore_units: words.prefault([]).describe('Units whose failure does not count.'),
    reboot: z
      .enum(['never', 'ask', 'auto'])
      .prefault('ask')
      .describe('What happens when a deploy needs a reboot.'),
    health: words
      .prefault([])
      .describe(
        'Scripts of the flake, run on the host before and after a deploy; status 0 means healthy.',
      ),
    notes: words.prefault([]).describe('Manual steps that gate the deploy.'),
  })
  .transform((table) => ({
    address: table.address ?? null,
    tags: table.tags,
    critical: table.critical,
    policy: table.policy,
    elevate: table.elevate,
    buildOn: table.build_on,
    deploy: table.deploy ?? null,
    build: table.build ?? null,
    after: table.after,
    onUnhealthy: table.on_unhealthy,
    ignoreUnits: table.ignore_units,
    reboot: table.reboot,
    health: table.health,
    notes: table.notes,
  }));

const check = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').describe('What the board calls it.'),
    http: url.describe('The address that is asked.'),
    expect: z.int().min(100).max(599).prefault(200).describe('The expected HTTP status.'),
    contains: z.string().optional().describe('Text that the answer must contain.'),
    timeout: duration.prefault('10s').describe('How long the answer may take.'),
  })
  .transform((table) => ({
    name: table.name,
    http: table.http,
    expect: table.expect,
    contains: table.contains ?? null,
    timeoutMs: table.timeout,
  }));

const serverTable = z
  .strictObject({
    url: url.describe('The address of the server.'),
    user: z.string().optional().describe('User of basic authentication.'),
    password_env: z.string().optional().describe('Environment variable that holds the password.'),
    password_file: z.string().optional().describe('File that holds the password.'),
    token_env: z.string().optional().describe('Environment variable that holds a bearer token.'),
    token_file: z.string().optional().describe('File that holds a bearer token.'),
    ca_file: z
      .string()
      .optional()
      .describe('Certificates to trust for this server. Needs curl on this machine.'),
    via: sshDestination
      .optional()
      .describe('An ssh destination from which the server is asked. Needs curl there.'),
  })
  .transform((table) => ({
    url: table.url,
    user: table.user ?? null,
    passwordEnv: table.password_env ?? null,
    passwordFile: table.password_file ?? null,
    tokenEnv: table.token_env ?? null,
    tokenFile: table.token_file ?? null,
    caFile: table.ca_file ?? null,
    via: table.via ?? null,
  }));

const server = z.union([
  url.transform((text) => ({
    url: text,
    user: null,
    passwordEnv: null,
    passwordFile: null,
    tokenEnv: null,
    tokenFile: null,
    caFile: null,
    via: null,
  })),
  serverTable,
]);

const monitoring = z
  .strictObject({
    prometheus: server.optional().describe('Prometheus: its address, or a table with access.'),
    grafana: server.optional().describe('Grafana: its address, or a table with access.'),
    instances: z
      .record(z.string(), z.string())
      .prefault({})
      .describe("A host's name in the metrics, where it differs."),
  })
  .transform((table) => ({
    prometheus: table.prometheus ?? null,
    grafana: table.grafana ?? null,
    instances: table.instances,
  }));

const commands = z
  .strictObject({
    syntax: command.optional().describe('Checks the syntax of all Nix files.'),
    validate: command.optional().describe('Validates the configuration quickly.'),
    test_all: command.optional().describe('Builds all hosts.'),
    test_host: command.optional().describe('Builds one host; {host} stands for its name.'),
    deploy_host: command.optional().describe('Deploys one host; {host} stands for its name.'),
    deploy_all: command.optional().describe('Deploys all hosts.'),
    tasks: command.optional().describe('Prints open tasks as JSON: number, title, labels, url.'),
  })
  .transform((table) => ({
    syntax: table.syntax ?? null,
    validate: table.validate ?? null,
    testAll: table.test_all ?? null,
    testHost: table.test_host ?? null,
    deployHost: table.deploy_host ?? null,
    deployAll: table.deploy_all ?? null,
    tasks: table.tasks ?? null,
  }));

const input = z
  .strictObject({
    hold: z
      .strictObject({
        reason: z.string().min(1, 'must not be empty').describe('Why the input stays.'),
        until: day.optional().describe('The day from which it is updated again.'),
      })
      .transform((table) => ({ reason: table.reason, until: table.until ?? null }))
      .optional()
      .describe('Keeps the input at its locked revision.'),
  })
  .transform((table) => ({ hold: table.hold ?? null }));

const commit = z
  .strictObject({
    style: z
      .enum(['conventional', 'plain'])
      .prefault('conventional')
      .describe('The form of the subject line.'),
    push: z
      .enum(['never', 'ask', 'always'])
      .prefault('ask')
      .describe('Whether a commit is pushed.'),
    pull_request: z
      .boolean()
      .prefault(false)
      .describe('Commit on a branch and open a pull request.'),
  })
  .transform((table) => ({
    style: table.style,
    push: table.push,
    pullRequest: table.pull_request,
  }));

export const configSchema = z
  .strictObject({
    fleet: fleet.prefault({}).describe('The fleet as a whole.'),
    hosts: z.record(z.string(), host).prefault({}).describe('One table for each host.'),
    checks: z.array(check).prefault([]).describe('Web addresses that must answer.'),
    monitoring: monitoring.prefault({}).describe('Where the metrics of the fleet are.'),
    commands: commands
      .prefault({})
      .describe("The fleet's own recipes. Run only after the file was trusted."),
    deploy: z
      .strictObject({
        backend: z
          .enum(['native', 'nixos-rebuild', 'just', 'colmena', 'deploy-rs', 'nh'])
          .prefault('native')
          .describe('What deploys a host.'),
      })
      .prefault({})
      .describe('How hosts are deployed.'),
    inputs: z.record(z.string(), input).prefault({}).describe('One table for each flake input.'),
    commit: commit.prefault({}).describe('How the result is committed.'),
    keys: z
      .record(z.string(), words)
      .prefault({})
      .describe('Keys of an action, in place of its own.'),
  })
  .describe('Configuration of nixup. Everything is optional.');

/** The defaults of a host's table. */
export const hostDefaults = host.parse({});
