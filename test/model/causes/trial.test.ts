import { expect, test } from 'vitest';
import { trialOf } from '../../../source/model/causes/trial.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { DeployStep } from '../../../source/model/host/host.ts';
import type { SetbackKind } from '../../../source/model/host/setback.ts';
import type { SupervisionResult } from '../../../source/model/host/supervision.ts';

const host = 'p620';

const activation = (exitCode: number | null, isUntouched?: boolean): Failure => ({
  code: 'activation-failed',
  host,
  exitCode,
  meaning: 'x',
  tail: [],
  ...(isUntouched === undefined ? {} : { isUntouched }),
});
const takenBack = (result: SupervisionResult): Failure => ({
  code: 'taken-back',
  host,
  result,
  detail: null,
});
const full: Failure = { code: 'space-short', host, detail: 'x' };
const silent: Failure = { code: 'host-unreachable', host, detail: 'x' };
const away: Failure = { code: 'host-timeout', host, afterMs: 1 };
const refused: Failure = { code: 'login-refused', host, detail: 'x' };
const gate: Failure = { code: 'gate-closed', host, reason: 'x', remedy: 'x' };
const unproven: Failure = { code: 'activation-unproven', host, expected: '/a', found: '/b' };
const unbooted: Failure = { code: 'persistence-unproven', host, detail: 'x' };
const noSudo: Failure = { code: 'elevation-refused', host, detail: 'x' };
const restart = (isDown: boolean): Failure => ({
  code: 'restart-silent',
  host,
  afterMs: 1,
  isDown,
});
const back = { exitCode: 0 } as const;

test.each<readonly [DeployStep, string, Failure, SetbackKind | null]>([
  ['copy', 'a full store', full, null],
  ['preflight', 'a gate', gate, null],
  ['persist', 'a full /boot', full, null],
  // follow-activation.ts, activation-status.ts: what promises that nothing was changed.
  ['activate', 'a busy lock', activation(11, true), null],
  ['activate', 'an order that was not begun', activation(null, true), null],
  ['activate', 'an inhibitor', activation(100, true), null],
  ['activate', 'a full /run', full, null],
  ['activate', 'a link that was lost before the start', away, null],
  ['activate', 'a host that is gone', silent, null],
  ['activate', 'no rights', noSudo, null],
  ['activate', 'a script that failed', activation(2, false), 'failed'],
  ['activate', 'an early end', activation(1), 'failed'],
  ['activate', 'another system than it said', unproven, 'failed'],
  ['activate', 'a refusal by the record of the host', takenBack({ kind: 'untouched' }), null],
  // boot-once.ts: all that is told before the host goes down.
  ['restart', 'a loader that cannot choose once', gate, null],
  ['restart', 'a full /boot', full, null],
  ['restart', 'a default that is not proven', unbooted, null],
  ['restart', 'a lost link', silent, null],
  ['restart', 'no rights', noSudo, null],
  ['restart', 'a host that never went down', restart(false), null],
  ['restart', 'a host that did not come back', restart(true), 'failed'],
  ['contact', 'a host that is gone', silent, 'unconfirmed'],
  ['health', 'a host that is gone', silent, 'unconfirmed'],
  ['health', 'a login that is refused now', refused, 'failed'],
  ['verify', 'a system that it does not run', unproven, 'failed'],
  ['verify', 'a system that it does not boot', unbooted, 'failed'],
  ['rollback', 'somebody who switched it', takenBack({ kind: 'foreign', current: '/c' }), null],
  [
    'rollback',
    'no contact',
    takenBack({ kind: 'reverted', why: 'contact', ...back }),
    'unconfirmed',
  ],
  [
    'rollback',
    'units that failed',
    takenBack({ kind: 'reverted', why: 'health', ...back }),
    'taken-back',
  ],
  ['rollback', 'a full /boot', takenBack({ kind: 'rebooted', why: 'persist', ...back }), null],
  [
    'rollback',
    'a way back that failed',
    takenBack({ kind: 'revert-failed', why: 'health', ...back }),
    'failed',
  ],
  ['rollback', 'the wrong system', unproven, 'failed'],
])('what a failure in the step %s says of the system: %s', (step, _what, failure, kind) => {
  expect(trialOf(step, failure)).toBe(kind);
});
