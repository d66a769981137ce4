import { expect, test } from 'vitest';
import { verdictOf } from '../../../source/engine/build/bisect-verdict.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';

const drv = (name: string, letter = 'a'): string => `/nix/store/${letter.repeat(32)}-${name}.drv`;

const failedBuilder = (
  derivation: string,
  kind: NixCause['class'] = 'builder-failed',
): NixCause => ({
  class: kind,
  message: `builder for '${derivation}' failed with exit code 1`,
  derivation,
  position: null,
  positions: [],
  expected: null,
  got: null,
  tail: [],
});

const widget: TestCause = {
  id: 'widget',
  class: 'builder-failed',
  step: 'build',
  hosts: ['razer'],
  what: 'widget-2.0 does not build',
  place: null,
  derivation: drv('widget-2.0'),
  tail: [],
  remedies: [],
};

const build = (causes: readonly NixCause[], unbegun: readonly string[]): Failure => {
  const [because, ...also] = causes;
  return {
    code: 'build-failed',
    host: 'razer',
    cause: because?.message ?? '',
    derivation: because?.derivation ?? null,
    tail: [],
    ...(because === undefined ? {} : { because }),
    also,
    unbegun,
  };
};

const top = drv('nixos-system-razer-26.05');

test('a try fails when what is sought is any of its causes, whichever Nix named first', () => {
  const other = failedBuilder(drv('gadget-1'));
  const sought = failedBuilder(drv('widget-1.9', 'b'));
  expect(verdictOf(widget, 'razer', build([other, sought], [top]))).toBe('fails');
  expect(verdictOf(widget, 'razer', build([sought, other], [top]))).toBe('fails');
});

test('a try that fails for another cause passes when all of what is sought was built', () => {
  expect(verdictOf(widget, 'razer', build([failedBuilder(drv('gadget-1'))], [top]))).toBe('passes');
});

test('nothing is said of what was not begun, or where Nix does not tell what it did not begin', () => {
  const other = failedBuilder(drv('gadget-1'));
  expect(verdictOf(widget, 'razer', build([other], [drv('widget-2.0', 'c'), top]))).toBe('unclear');
  expect(
    verdictOf(widget, 'razer', {
      code: 'build-failed',
      host: 'razer',
      cause: other.message,
      derivation: other.derivation,
      tail: [],
      because: other,
    }),
  ).toBe('unclear');
});

test('a try that fell to the network, a disk or a builder says nothing, and may be made again', () => {
  const lost = failedBuilder(drv('gadget-1'), 'disk-full');
  expect(verdictOf(widget, 'razer', build([lost], [top]))).toBeNull();
});
