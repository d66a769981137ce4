import { z } from 'zod';
import { atOnce, duration, limit, pause, words } from './values.ts';

/** The table `[fleet]`. */
export const fleet = z
  .strictObject({
    jobs: z
      .strictObject({
        eval: z
          .union([z.literal('auto'), atOnce])
          .prefault('auto')
          .describe('Hosts evaluated at a time; auto goes by the memory that is free.'),
        probe: z
          .union([z.literal('auto'), atOnce])
          .prefault('auto')
          .describe(
            'Hosts asked at a time; auto goes by the processors of this machine, asks at most 8 at a time through one jump host, and does not wait for slow hosts before it asks others. Each has 10 s to take the connection and 25 s to answer, connection and second try included.',
          ),
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
    soak: pause
      .optional()
      .describe(
        'Pause between waves in which health is watched: 2m where waves or a canary are asked for, none after the canary that nixup takes by itself.',
      ),
    on_failure: z
      .enum(['stop', 'continue', 'revert-wave'])
      .prefault('stop')
      .describe('What a failed host means for the others.'),
    activation_timeout: limit
      .prefault('15m')
      .describe('An activation that takes longer is stopped and reverted.'),
    confirm_timeout: limit
      .prefault('60s')
      .describe(
        'From the end of the activation: a host without contact by then reverts by itself.',
      ),
    revert_timeout: limit
      .prefault('5m')
      .describe('How long a host may take to go back to its old system.'),
    reboot_on_revert_failure: z
      .boolean()
      .prefault(false)
      .describe(
        'True: a host whose way back fails reboots into the system that is still its default, unless its reboot is never.',
      ),
    reboot_timeout: limit
      .prefault('10m')
      .describe('How long a host may take to answer again after a restart.'),
    settle: pause
      .prefault('2s')
      .describe('How long health is watched after an activation before the host is confirmed.'),
    login_timeout: limit
      .prefault('5m')
      .describe(
        'How long a login that waits for a person (a link to visit, a key to touch) is waited for while somebody is there to see it.',
      ),
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
    rebootOnRevertFailure: table.reboot_on_revert_failure,
    rebootTimeoutMs: table.reboot_timeout,
    settleMs: table.settle,
    loginTimeoutMs: table.login_timeout,
    keepGenerationsMs: table.keep_generations,
  }));
