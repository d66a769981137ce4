import { isAbsolute, join } from 'node:path';
import { nixupCommand } from '../../model/command.ts';
import type { Config } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { addHold, holdTable, removeHold, type WrittenHold } from '../../model/inputs/hold.ts';
import { movedInputs } from '../../model/inputs/moves.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { isDay, showDate } from '../../model/words/format-time.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { parseConfig } from '../../parsers/config/config.ts';
import { createTrust } from '../../services/config/trust.ts';
import { tellHolds } from '../inputs/standings.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { runRevert } from './revert.ts';

const wrongDay = (context: EngineContext, until: string | null): Failure | null => {
  if (until === null) return null;
  const today = showDate(context.world.clock.now());
  const wrong = (detail: string, remedy: string): Failure => ({
    code: 'config-invalid',
    file: '--until',
    line: null,
    detail,
    remedy,
  });
  if (!isDay(until)) return wrong(`${until} is no day`, 'Write it as in: --until 2026-12-24');
  return until > today
    ? null
    : wrong(
        `${until} is over: the hold would hold nothing`,
        'Name a day to come, or leave --until out: it then holds until you take it away',
      );
};

/** An input that follows another one is updated with it, whatever nixup.toml says of it. */
const followsOther = (name: string, target: string): Failure => ({
  code: 'gate-closed',
  host: null,
  reason: `${name} follows ${target === '' ? 'the flake itself' : target}, and moves with it`,
  ...advised(advise('Hold that one', nixupCommand('hold', target.split('/', 1)[0] ?? target))),
});

/**
 * Holds inputs: writes the hold to `nixup.toml`, replacing an earlier one, and puts inputs that
 * changed back to the committed lock. The rest of the file stays byte for byte as it was; where
 * that is not possible nothing is written, and the lines to write are told.
 */
export const runHold = async (
  context: EngineContext,
  session: RunSession,
  inputs: readonly string[],
  hold: WrittenHold,
): Promise<Result<void, Failure>> => {
  const wrong = wrongDay(context, hold.until);
  if (wrong !== null) return failed(wrong);
  const { lock } = context.state();
  if (lock.kind === 'read') {
    const names = lock.inputs.map(({ name }) => name);
    for (const name of inputs)
      if (!names.includes(name))
        return failed({ code: 'input-unknown', name, nearest: nearestName(name, names) });
    const follower = lock.inputs.find(
      ({ name, follows }) => inputs.includes(name) && follows !== null,
    );
    if (follower !== undefined) return failed(followsOther(follower.name, follower.follows ?? ''));
  }
  const written = await changeConfig(
    context,
    session,
    `hold ${inputs.join(', ')}`,
    (before) => {
      let text = before;
      for (const input of inputs) {
        const held = addHold(text, input, hold);
        if (held === null)
          return failed({
            code: 'config-invalid',
            file: configName(context),
            line: null,
            detail: `it speaks of the input ${input} already, in a way that is yours to change`,
            remedy: `Write this there:\n${holdTable(input, hold)}`,
          });
        text = held;
      }
      return success(text);
    },
    (config) => inputs.every((name) => config.inputs[name]?.hold?.until === hold.until),
  );
  if (!written.ok) return written;
  const moved = new Set(lock.kind === 'read' ? movedInputs(lock.changes) : []);
  // A person who chose a revision and then holds the input means that revision.
  const chosen = new Set(
    lock.kind === 'read'
      ? lock.changes.flatMap((one) => (one.chosen === undefined ? [] : [one.path]))
      : [],
  );
  const back = inputs.filter((input) => moved.has(input) && !chosen.has(input));
  const reverted = back.length === 0 ? success(undefined) : await runRevert(context, session, back);
  tellHolds(context);
  return reverted;
};

/** Removes the holds of inputs; the lock stays as it is. Answers those that were held. */
export const runRelease = async (
  context: EngineContext,
  session: RunSession,
  inputs: readonly string[],
): Promise<Result<readonly string[], Failure>> => {
  const { config } = context;
  const held = inputs.filter((name) => (config.inputs[name]?.hold ?? null) !== null);
  const { lock } = context.state();
  const names = lock.kind === 'read' ? lock.inputs.map(({ name }) => name) : [];
  for (const name of inputs)
    if (!held.includes(name) && !names.includes(name))
      return failed({ code: 'input-unknown', name, nearest: nearestName(name, names) });
  if (held.length === 0) return success([]);
  const written = await changeConfig(
    context,
    session,
    `release ${held.join(', ')}`,
    (before) => {
      let text = before;
      for (const input of held) {
        const released = removeHold(text, input);
        if (released === null)
          return failed({
            code: 'config-invalid',
            file: configName(context),
            line: null,
            detail: `it holds ${input} in a way that is yours to change`,
            remedy: `Take the hold of inputs.${input} out of it by hand`,
          });
        text = released;
      }
      return success(text);
    },
    (now) => held.every((name) => (now.inputs[name]?.hold ?? null) === null),
  );
  return written.ok ? success(held) : written;
};

export const holdGoal =
  (context: EngineContext, inputs: readonly string[], hold: WrittenHold): GoalBody =>
  async (session) => {
    const held = await runHold(context, session, inputs, hold);
    if (!held.ok) return endWith(held.failure);
    const { lock } = context.state();
    const isChosen = inputs.some(
      (name) =>
        lock.kind === 'read' &&
        lock.changes.some((one) => one.path === name && one.chosen !== undefined),
    );
    return {
      summary: `${inputs.join(', ')}: held${hold.until === null ? '' : ` until ${hold.until}`}, and at the ${isChosen ? 'chosen' : 'committed'} revision. The rest stays updated.`,
      next: advise('Next', 'nixup test'),
    };
  };

export const releaseGoal =
  (context: EngineContext, inputs: readonly string[]): GoalBody =>
  async (session) => {
    const released = await runRelease(context, session, inputs);
    if (!released.ok) return endWith(released.failure);
    const names = released.value;
    return {
      summary:
        names.length === 0
          ? `${inputs.join(', ')}: not held, nothing to take away.`
          : `${names.join(', ')}: not held any more.`,
      ...(names.length === 0 ? {} : { next: advise('Next', nixupCommand('update', ...names)) }),
    };
  };

/** The configuration as messages name it. */
const configName = (context: EngineContext): string => context.configFile ?? 'nixup.toml';

const configPath = (context: EngineContext): string => {
  const shown = configName(context);
  return isAbsolute(shown) ? shown : join(context.flake, shown);
};

/**
 * Changes the text of the configuration, and writes it only if it then says what it should: the
 * edited text is parsed to prove that.
 */
const changeConfig = async (
  context: EngineContext,
  session: RunSession,
  deed: string,
  change: (text: string) => Result<string, Failure>,
  isMeant: (config: Config) => boolean,
): Promise<Result<void, Failure>> => {
  const { world } = context;
  const path = configPath(context);
  const read = await world.files.read(path);
  if (!read.ok) return read;
  const changed = change(read.value ?? '');
  if (!changed.ok) return changed;
  const text = changed.value;
  const config = parseConfig(text, configName(context));
  if (!config.ok || !isMeant(config.value))
    return failed({
      code: 'config-invalid',
      file: configName(context),
      line: null,
      detail: `nixup cannot ${deed} in it without breaking something else, and wrote nothing`,
      ...advised(advise('Change it by hand, then', 'nixup config check')),
    });
  const written = await session.perform(
    { host: null, deed },
    // A file that contained only holds is removed with the last hold: an empty file says the same
    // as none.
    () => (text === '' ? world.files.remove(path) : world.files.write(path, text)),
    () => `${configName(context)} was written`,
  );
  if (!written.ok) return written;
  // A hold runs no command: a file that was trusted before stays trusted with this line.
  if (context.isTrusted) await createTrust(world).trust(path, text);
  await context.reloadConfig();
  return success(undefined);
};
