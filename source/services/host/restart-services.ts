import { scriptLine } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { UnitOwner } from '../../model/host/unit-details.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { isLostContact, type RunOnHost } from '../ssh/run.ts';
import { restartServicesCommand } from './commands.ts';

/** How long services may take to stop and start, ms. */
const timeoutMs = 5 * 60_000;

/**
 * Restarts services. Answers what systemctl said; whether they run is asked of the
 * host afterwards. A connection that breaks meanwhile is no failure: systemd has the
 * order by then, and the next look at the host tells what became of it.
 */
export const createRestartServices =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    units: readonly string[],
    owner: UnitOwner | null = null,
  ): Promise<Result<readonly string[], Failure>> => {
    const command = scriptLine(restartServicesCommand(entry, units, owner));
    const answer = await run(entry, `${command} 2>&1 </dev/null\ntrue`, {
      timeoutMs,
      privilege: owner?.isLogin === true ? 'none' : 'needed',
      does: `systemctl restart ${units.join(' ')}`,
    });
    if (answer.ok)
      return success(
        answer.value.stdout
          .split('\n')
          .map((line) => cleanLine(line).trim())
          .filter((line) => line !== ''),
      );
    return isLostContact(answer.failure) ? success([]) : failed(answer.failure);
  };
