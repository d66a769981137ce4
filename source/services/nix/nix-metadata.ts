import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';
import {
  describeCause,
  evaluationFailure,
  flakeReference,
  nixCommand,
  parseJson,
  runNix,
} from './command.ts';

/** Whether Nix takes the lock as it is, without writing it. */
export type MetadataAnswer =
  | {
      readonly kind: 'accepted';
      readonly description: string | null;
      /** Absent for a dirty tree. */
      readonly revision: string | null;
      readonly lastModified: number | null;
    }
  | { readonly kind: 'rejected'; readonly reason: string };

const metadata = z.object({
  description: z.string().optional(),
  revision: z.string().optional(),
  lastModified: z.number().optional(),
});

/** `nix flake metadata` without leave to write. A failure is about Nix itself, not about the lock. */
export const metadataAccepts = async (
  world: Pick<World, 'exec'>,
  flake: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Result<MetadataAnswer, Failure>> => {
  const { reference, cwd } = flakeReference(flake);
  const command = nixCommand(
    ['flake', 'metadata'],
    ['--json', '--no-update-lock-file', '--', reference],
    cwd,
  );
  const result = await runNix(world, command, { signal: options.signal, quiet: true });
  if (!result.ok) {
    const { cause, failure } = result.failure;
    if (cause === null || cause.class === 'canceled') return failed(failure);
    const why = evaluationFailure(result.failure, null, flake);
    return success({
      kind: 'rejected',
      reason:
        why.code === 'lock-invalid'
          ? `${why.detail}. ${why.remedy ?? ''}`
          : describeCause(cause, flake),
    });
  }
  const json = parseJson(command, result.value.stdout);
  if (!json.ok) return json;
  const parsed = metadata.safeParse(json.value);
  return success({
    kind: 'accepted',
    description: parsed.data?.description ?? null,
    revision: parsed.data?.revision ?? null,
    lastModified: parsed.data?.lastModified ?? null,
  });
};
