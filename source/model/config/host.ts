import { z } from 'zod';
import { sshDestination, words } from './values.ts';

/** A table `[hosts.NAME]`. */
export const host = z
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

/** The defaults of a host's table. */
export const hostDefaults = host.parse({});
