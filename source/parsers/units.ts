/** Units by state, each list sorted. */
export interface UnitStates {
  /** Failed, or failing and started again and again. */
  readonly failed: readonly string[];
  readonly active: readonly string[];
  /** Their unit file exists, and they do not run. */
  readonly stopped: readonly string[];
}

/**
 * Reads `systemctl list-units --all --plain --no-legend`: unit, load state,
 * active state, sub-state, description (systemctl(1)).
 */
export const readUnits = (lines: readonly string[]): UnitStates => {
  const failed: string[] = [];
  const active: string[] = [];
  const stopped: string[] = [];
  for (const line of lines) {
    const [unit, load, state, sub] = line
      .trim()
      .replace(/^[●*×] */, '')
      .split(/\s+/);
    if (unit === undefined || load === undefined || state === undefined) continue;
    if (state === 'failed' || sub === 'auto-restart') failed.push(unit);
    else if (state === 'active' || state === 'reloading') active.push(unit);
    else if (state === 'inactive' && load === 'loaded') stopped.push(unit);
  }
  return { failed: failed.sort(), active: active.sort(), stopped: stopped.sort() };
};
