import { expect, test } from 'vitest';
import { createBuilderTeller } from '../../../source/engine/build/builds.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';

/** From Nix 2.34 with `builders = ssh-ng://192.0.2.77`. */
const refusal =
  "cannot build on 'ssh-ng://192.0.2.77': error: failed to start SSH connection to '192.0.2.77'";

test('a builder that does not answer is told once, with what happens instead', async () => {
  const { context } = await fakeFleet([]);
  const hear = createBuilderTeller(context);
  for (const line of ['building a', refusal, refusal]) hear(line);
  expect(context.state().notices.map(({ tone, text }) => [tone, text])).toEqual([
    [
      'warning',
      "The builder 192.0.2.77 cannot be used; others build instead, or this machine where it may. Nix says: failed to start SSH connection to '192.0.2.77'",
    ],
  ]);
});
