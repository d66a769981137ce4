import { expect, test } from 'vitest';
import type { RollbackPlan, RollbackTarget } from '../../../source/model/deploy/plan.ts';
import { noImpact } from '../../../source/model/units/impact.ts';
import { backByRestart, withoutRestarts } from '../../../source/state/plans/rollback.ts';

const way = { file: 'switch-to-configuration', args: ['test'] };
const restart = { file: 'systemctl', args: ['reboot'] };

const target = (
  host: string,
  mustBoot: readonly string[],
  changes: Partial<RollbackTarget> = {},
): RollbackTarget => ({
  host,
  from: '/nix/store/new',
  fromGeneration: 2,
  to: '/nix/store/old',
  toGeneration: 1,
  madeGeneration: 3,
  policy: 'auto',
  commands: [way],
  preview: {
    basis: 'forecast',
    impact: noImpact,
    critical: [],
    bootParts: ['kernel 6.12 → 6.6'],
    mustBoot,
    programs: [],
  },
  ...changes,
});

const offered = { restart: 'offered', restartCommands: [restart] } as const;
const bus = ['dbus-implementation: broker → dbus'];

const plan: RollbackPlan = {
  targets: [
    target('live', [], offered),
    target('across', bus, offered),
    target('never', bus),
    target('agreed', bus, { restart: 'planned', commands: [restart] }),
  ],
  leftOut: [],
};

const ways = ({ targets }: RollbackPlan) =>
  targets.map(({ host, restart: how, commands }) => [host, how, commands[0]?.file]);

test('a way back that crosses an inhibitor is left out until somebody agrees to a restart', () => {
  const open = withoutRestarts(plan);
  expect(ways(open)).toEqual([
    ['live', 'offered', 'switch-to-configuration'],
    ['agreed', 'planned', 'systemctl'],
  ]);
  expect(open.leftOut).toMatchObject([
    {
      host: 'across',
      kind: 'refused',
      reason: expect.stringMatching(/dbus-implementation.*nixup rollback across --reboot/),
    },
    { host: 'never', kind: 'refused', reason: expect.stringMatching(/does not restart/) },
  ]);
});

test('a restart is planned for hosts that need one, or for all that have a reason', () => {
  expect(ways(withoutRestarts(backByRestart(plan, 'needed')))).toEqual([
    ['live', 'offered', 'switch-to-configuration'],
    ['across', 'planned', 'systemctl'],
    ['agreed', 'planned', 'systemctl'],
  ]);
  expect(ways(backByRestart(plan, 'all')).slice(0, 2)).toEqual([
    ['live', 'planned', 'systemctl'],
    ['across', 'planned', 'systemctl'],
  ]);
});
