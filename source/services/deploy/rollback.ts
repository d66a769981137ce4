import { quoteWord } from '../../model/command.ts';
import { bootRoomTrouble } from '../../model/deploy/boot-room.ts';
import { needsRestart } from '../../model/deploy/plan.ts';
import type { Failure } from '../../model/failure.ts';
import type { ActivationWaits } from '../../model/host/activation-waits.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { SupervisionTerms } from '../../model/host/supervision.ts';
import { isStorePath, type StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readSystemDescription } from '../../parsers/host/system-description.ts';
import { keyedValue } from '../../parsers/keyed-lines.ts';
import { bootRoomScript, readBootRoom } from '../host/boot-room.ts';
import { revertEnvironment } from '../host/commands.ts';
import type { createContact } from '../host/contact.ts';
import { runningSystem } from '../host/specialisation.ts';
import type { RunOnHost } from '../ssh/run.ts';
import type { Activated, createActivate } from './activate.ts';
import { activationUnit, supervisorUnit } from './order.ts';
import type { createPersist, Persisted } from './persist.ts';
import { reasonsToBoot } from './preview.ts';
import { describeFixed } from './preview-script.ts';

const askTimeoutMs = 60_000;

/** How long an activation that was stopped may take to let go of its lock, seconds. */
const lockSeconds = 30;

export interface RollbackOptions {
  /** Names the unit and the record of the way back. */
  readonly id: string;
  readonly to: StorePath;
  /** For the message when the path is gone. */
  readonly generation?: number | undefined;
  /** The activation that is to be stopped first, if it still runs. */
  readonly stops?: string | undefined;
  readonly terms?: Partial<SupervisionTerms> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onWaits?: ((waits: ActivationWaits) => void) | undefined;
}

export interface RolledBack extends Persisted {
  /** Null where the host ran the system already. */
  readonly activation: Activated | null;
}

const prepareScript = (options: RollbackOptions): string => {
  const word = quoteWord(options.to);
  const stop =
    options.stops === undefined
      ? ''
      : `systemctl stop ${quoteWord(`${supervisorUnit(options.stops)}.service`)} ${quoteWord(`${activationUnit(options.stops)}.service`)} 2>/dev/null`;
  return `
if ! nix-store --check-validity ${word} 2>/dev/null || [ ! -x ${word}/bin/switch-to-configuration ]; then echo gone; exit 0; fi
${stop}
lock=/run/nixos/switch-to-configuration.lock
[ -e "$lock" ] && flock -w ${lockSeconds} -s "$lock" true
${runningSystem}
echo "current $running"
[ -n "$special" ] && echo "special $special"
[ -n "$special" ] && [ -x ${word}/specialisation/"$special"/bin/switch-to-configuration ] && echo keeps
mark=old
for system in /run/current-system ${word}; do
${describeFixed('$mark')}
mark=new
done
${bootRoomScript([options.to])}
`;
};

/** What this rollback would change under a running system, read on the host right before. */
const crossedBy = (output: string): readonly string[] => {
  const [old, now] = ['old', 'new'].map((mark) => readSystemDescription(output, mark));
  return old == null || now == null ? [] : reasonsToBoot(old, now);
};

type MakesContact = ReturnType<typeof createContact>;
type Persist = ReturnType<typeof createPersist>;

/** Contact over a new connection, then profile and boot entry. */
const proveBack = async (
  contact: MakesContact,
  persist: Persist,
  entry: HostEntry,
  options: RollbackOptions,
  activation: Activated | null,
): Promise<Result<RolledBack, Failure>> => {
  const supervision = activation === null ? undefined : options.id;
  const reached = await contact(entry, options.to, { supervision, signal: options.signal });
  if (!reached.ok) return reached;
  if (!reached.value.isExpected)
    return failed({
      code: 'activation-unproven',
      host: entry.name,
      expected: options.to,
      found: reached.value.current,
    });
  const kept = await persist(entry, options.to, {
    env: revertEnvironment,
    supervision,
    signal: options.signal,
    onLine: options.onLine,
  });
  return kept.ok ? success({ ...kept.value, activation }) : kept;
};

/**
 * Takes a host to a system that it had, by its path and never by `--rollback`:
 * that system's own activation without the checks that could refuse it, contact
 * over a new connection, then profile and boot entry, proven like a deploy.
 */
export const createRollback = (
  run: RunOnHost,
  activate: ReturnType<typeof createActivate>,
  contact: MakesContact,
  persist: Persist,
) => {
  return async (
    entry: HostEntry,
    options: RollbackOptions,
  ): Promise<Result<RolledBack, Failure>> => {
    const { to } = options;
    const prove = (activation: Activated | null) =>
      proveBack(contact, persist, entry, options, activation);
    const gone: Failure = {
      code: 'generation-gone',
      host: entry.name,
      generation: options.generation ?? null,
      detail: `${to} is not in its store any more`,
    };
    if (!isStorePath(to)) return failed(gone);
    const prepared = await run(entry, prepareScript(options), {
      timeoutMs: askTimeoutMs,
      privilege: 'needed',
      signal: options.signal,
      does: 'prepare the way back',
    });
    if (!prepared.ok) return prepared;
    if (/^gone$/m.test(prepared.value.stdout)) return failed(gone);
    const noRoom = bootRoomTrouble(entry.name, readBootRoom(prepared.value.stdout));
    // An activation that is not confirmed made nothing persistent: there is nothing to write.
    if (noRoom !== null && options.stops === undefined) return failed(noRoom);
    const current = keyedValue(prepared.value.stdout, 'current');
    const special = keyedValue(prepared.value.stdout, 'special');
    if (current === to && options.stops === undefined) return prove(null);
    const crossed = options.stops === undefined ? crossedBy(prepared.value.stdout) : [];
    if (crossed.length > 0) return failed(needsRestart(entry.name, crossed));
    const activated = await activate(entry, {
      id: options.id,
      from: current !== null && isStorePath(current) ? current : null,
      to,
      mode: 'test',
      isWayBack: true,
      specialisation: {
        from: special,
        to: /^keeps$/m.test(prepared.value.stdout) ? special : null,
      },
      env: revertEnvironment,
      terms: options.terms,
      signal: options.signal,
      onLine: options.onLine,
      onWaits: options.onWaits,
    });
    return activated.ok ? prove(activated.value) : activated;
  };
};
