import { z } from 'zod';
import { check } from './checks.ts';
import { fleet } from './fleet.ts';
import { forgeNames } from './forge-names.ts';
import { history } from './history.ts';
import { host } from './host.ts';
import { monitoring } from './monitoring.ts';
import { notify } from './notify.ts';
import { screen } from './screen.ts';
import { command, day, words } from './values.ts';

/*
 * The one definition of `nixup.toml`. The types of the program, the messages
 * about mistakes, nixup.schema.json and docs/config.md all come from it.
 * `prefault` and not `default`: the default is written as a person would write
 * it, and stands so in the JSON Schema and the reference page.
 */

const commands = z
  .strictObject({
    syntax: command.optional().describe('Checks the syntax of all Nix files.'),
    validate: command.optional().describe('Validates the configuration quickly.'),
    test_all: command.optional().describe('Builds all hosts.'),
    test_host: command.optional().describe('Builds one host; {host} stands for its name.'),
    tasks: command.optional().describe('Prints open tasks as JSON: number, title, labels, url.'),
  })
  .transform((table) => ({
    syntax: table.syntax ?? null,
    validate: table.validate ?? null,
    testAll: table.test_all ?? null,
    testHost: table.test_host ?? null,
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
    when: z
      .enum(['before-deploy', 'after-verify'])
      .prefault('after-verify')
      .describe(
        'When `nixup run` commits. With before-deploy hosts are deployed from the commit, so that their revision is clean; a deploy that fails then offers to revert it.',
      ),
    push: z
      .enum(['never', 'ask', 'always'])
      .prefault('ask')
      .describe(
        'Whether a commit is pushed: never, after a question where somebody can answer, or always.',
      ),
    pull_request: z
      .boolean()
      .prefault(false)
      .describe(
        'Takes commits to a branch of their own with a pull request: merged when the fleet is healthy, closed after a rollback.',
      ),
    merge: z
      .boolean()
      .prefault(true)
      .describe(
        'Whether such a pull request is set to be merged when the fleet is healthy, after the watch where one runs; false leaves that to a person.',
      ),
    forge: z
      .enum(forgeNames)
      .optional()
      .describe(
        'What serves the remote, where its host name does not say it: GitHub (also Enterprise), GitLab, Forgejo or Gitea, sourcehut.',
      ),
    nix_block: z
      .boolean()
      .prefault(false)
      .describe('Adds the block that Nix writes for --commit-lock-file to the message.'),
  })
  .transform((table) => ({
    style: table.style,
    when: table.when,
    push: table.push,
    pullRequest: table.pull_request,
    merge: table.merge,
    forge: table.forge ?? null,
    nixBlock: table.nix_block,
  }));

export const configSchema = z
  .strictObject({
    fleet: fleet.prefault({}).describe('The fleet as a whole.'),
    hosts: z.record(z.string(), host).prefault({}).describe('One table for each host.'),
    checks: z
      .array(check)
      .prefault([])
      .describe(
        'What must be right: web addresses, ports, commands, journals, scripts, expressions of Prometheus, Grafana, an Alertmanager.',
      ),
    monitoring: monitoring.prefault({}).describe('Where the metrics of the fleet are.'),
    history: history.prefault({}).describe('Past runs: how many are kept, and who sees them.'),
    notify: notify.prefault({}).describe('Who is told when something long ended or turned bad.'),
    commands: commands
      .prefault({})
      .describe("The fleet's own recipes. Run only after the file was trusted."),
    inputs: z.record(z.string(), input).prefault({}).describe('One table for each flake input.'),
    commit: commit.prefault({}).describe('How the result is committed.'),
    screen: screen.prefault({}).describe('How the screen looks, and whether it takes the mouse.'),
    keys: z
      .record(z.string(), words)
      .prefault({})
      .describe('Keys of an action, in place of its own.'),
  })
  .describe('Configuration of nixup. Everything is optional.');
