import { leader, run } from './enter.ts';
import { boot } from './host.ts';
import type { MachineName } from './machines.ts';
import { until } from './processes.ts';

/** Reboots a machine from the inside, and waits until it is back. Its default boot entry decides what it runs then. */
export async function reboot(name: MachineName): Promise<void> {
  const before = leader(name);
  if (before === undefined) throw new Error(`${name} is not running`);
  await run(name, 'systemctl reboot', { timeoutMs: 60_000 });
  const back = await until(() => {
    const now = leader(name);
    return now !== undefined && now !== before;
  }, 180_000);
  if (!back) throw new Error(`${name} did not come back after a reboot`);
  await boot(name);
}
