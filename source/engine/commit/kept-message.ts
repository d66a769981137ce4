import { basename, dirname, join } from 'node:path';
import type { CommitPlan } from '../../model/commit/commit-plan.ts';
import { explainInLine } from '../../model/explain/explain.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import type { EngineContext } from '../run/context.ts';

/**
 * Where an edited message is kept from the editor until the commit: beside the state of the flake,
 * named by the lock that it describes. Null where nothing is on a disk.
 */
export const keptMessageFile = (context: EngineContext): string | null => {
  const lock = fingerprintOf(context.state().lock);
  return context.world.isDemo || lock === null
    ? null
    : join(
        context.folder,
        'messages',
        lock.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16),
        'COMMIT_EDITMSG',
      );
};

/** Folders of drafts that an editor has open, beside the kept message. */
export const draftPrefix = 'edit-';

/** The text that an editor was given, beside its draft. */
export const draftStart = 'before';

/** A text that an editor saved after its nixup was killed becomes the kept message. */
const adoptDrafts = async ({ world }: EngineContext, file: string): Promise<void> => {
  const { files } = world;
  const listed = await files.list(dirname(file));
  if (!listed.ok) return;
  for (const name of listed.value.filter((one) => one.startsWith(draftPrefix))) {
    const folder = join(dirname(file), name);
    const start = join(folder, draftStart);
    const [before, saved] = [
      await files.read(start),
      await files.read(join(folder, basename(file))),
    ];
    if (!before.ok || !saved.ok || before.value === undefined) continue;
    const text = saved.value ?? '';
    if (text === before.value || text.trim() === '') continue;
    const kept = await files.write(file, text);
    // From here on only what is saved after that is new.
    if (kept.ok) await files.write(start, text);
  }
};

/** The message that somebody edited for this lock and that was not committed. */
export const readKeptMessage = async (
  context: EngineContext,
  file: string | null,
): Promise<string | null> => {
  if (file === null) return null;
  await adoptDrafts(context, file);
  const read = await context.world.files.read(file);
  if (!read.ok)
    context.tellDamage(
      file,
      `The message that is kept for this lock cannot be used: ${explainInLine(read.failure)}`,
    );
  return read.ok && read.value !== undefined && read.value.trim() !== '' ? read.value : null;
};

/** After the commit the message is no longer kept; a message for another lock stays. */
export const dropKeptMessage = async (
  context: EngineContext,
  file: string | null,
  committed: string,
): Promise<void> => {
  const kept = await readKeptMessage(context, file);
  if (file !== null && kept !== null && kept.trim() === committed.trim())
    await context.world.files.remove(dirname(file));
};

/** What keeps a message: files, and whom to tell. */
interface Keeping extends Pick<EngineContext, 'tellDamage'> {
  readonly world: Pick<EngineContext['world'], 'files'>;
}

/**
 * Keeps what is typed: one write at a time, and of those that wait only the newest. Each call ends when
 * its text, or a newer one, is on the disk. What cannot be written is told once.
 */
export const keepingMessage = (
  context: () => Keeping,
): ((plan: Pick<CommitPlan, 'message' | 'keptIn'>, text: string) => Promise<void>) => {
  let wanted: { readonly file: string; readonly text: string | null } | null = null;
  let writing: Promise<void> | null = null;
  const writeNext = async (): Promise<void> => {
    const next = wanted;
    wanted = null;
    if (next === null) return;
    const { files } = context().world;
    const { file, text } = next;
    const kept = text === null ? await files.remove(dirname(file)) : await files.write(file, text);
    if (!kept.ok)
      context().tellDamage(
        file,
        `The message is not kept while it is edited: ${explainInLine(kept.failure)}`,
      );
  };
  const writeAll = async (): Promise<void> => {
    try {
      while (wanted !== null) await writeNext();
    } finally {
      // Here and not later: what is wanted from now on begins anew.
      writing = null;
    }
  };
  return async ({ message, keptIn }, text) => {
    if (keptIn === null) return;
    const isNew = text.trim() !== '' && text.trim() !== message.trim();
    wanted = { file: keptIn, text: isNew ? text : null };
    writing ??= writeAll();
    await writing;
  };
};
