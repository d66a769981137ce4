import { isAbsolute, join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { addHold, holdTable, isDay, type WrittenHold } from '../../model/hold-text.ts';
import { movedInputs } from '../../model/lock-moves.ts';
import { nearestName } from '../../model/nearest.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { createTrust } from '../../services/trust.ts';
import type { EngineContext } from '../context.ts';
import type { RunSession } from '../run-session.ts';
import { runRevert } from './revert.ts';

const configPath = (context: EngineContext): string => {
  const shown = context.configFile ?? 'nixup.toml';
  return isAbsolute(shown) ? shown : join(context.flake, shown);
};

/**
 * Holds inputs: `nixup.toml` says so from now on, and those that moved go back
 * to the committed lock. The rest of the file stays byte for byte as it was;
 * where that is not possible nothing is written, and the lines are told.
 */
export const runHold = async (
  context: EngineContext,
  session: RunSession,
  inputs: readonly string[],
  hold: WrittenHold,
): Promise<Result<void, Failure>> => {
  const { world } = context;
  if (hold.until !== null && !isDay(hold.until))
    return failed({
      code: 'config-invalid',
      file: '--until',
      line: null,
      detail: `${hold.until} is no day`,
      remedy: 'Write it as in: --until 2026-12-24',
    });
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  if (hold.until !== null && hold.until <= today)
    return failed({
      code: 'config-invalid',
      file: '--until',
      line: null,
      detail: `${hold.until} is over: the hold would hold nothing`,
      remedy: 'Name a day to come, or leave --until out: it then holds until you take it away',
    });
  const { lock } = context.state();
  if (lock.kind === 'read') {
    const names = lock.inputs.map(({ name }) => name);
    for (const name of inputs)
      if (!names.includes(name))
        return failed({ code: 'input-unknown', name, nearest: nearestName(name, names) });
  }
  const path = configPath(context);
  const read = await world.files.read(path);
  if (!read.ok) return read;
  const before = read.value ?? '';
  let text = before;
  for (const input of inputs) {
    const held = addHold(text, input, hold);
    if (held === null)
      return failed({
        code: 'config-invalid',
        file: context.configFile ?? 'nixup.toml',
        line: null,
        detail: `it speaks of the input ${input} already, in a way that is yours to change`,
        remedy: `Write this there:\n${holdTable(input, hold)}`,
      });
    text = held;
  }
  const written = await session.perform(
    { host: null, deed: `hold ${inputs.join(', ')}` },
    () => world.files.write(path, text),
    () => `${context.configFile ?? 'nixup.toml'} was written`,
  );
  if (!written.ok) return written;
  // A hold runs nothing: who trusted the file before trusts it with this line.
  if (context.isTrusted) await createTrust(world).trust(path, text);
  await context.reloadConfig();
  const moved = new Set(lock.kind === 'read' ? movedInputs(lock.changes) : []);
  const back = inputs.filter((input) => moved.has(input));
  return back.length === 0 ? success(undefined) : runRevert(context, session, back);
};
