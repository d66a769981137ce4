import { nearestName } from '../words/nearest.ts';

/** A unit's whole name; the config may leave out `.service`, as `systemctl` lets one. What is no name of a unit alone (`unit-failure.ts`) stays. */
export const fullUnitName = (unit: string): string =>
  /\.[a-z]+$|#reload$|\/$/.test(unit) ? unit : `${unit}.service`;

/** A unit for a row on screen: without the ending that most have. */
export const shortUnitName = (unit: string): string => unit.replace(/\.service$/, '');

/**
 * Whether nixup started the unit on the host, for an activation or a copy. One that was killed says nothing of the
 * health of the host. A timer of nixup's own has another name.
 */
export const isOwnUnit = (unit: string): boolean =>
  /^nixup-(?:activate|supervise|copy)-[^/]*\.service$/.test(unit);

/** The unit that a mistyped name probably meant: one of that name of another kind, else the nearest of its kind. */
export const nearestUnit = (unit: string, units: readonly string[]): string | null => {
  const kindOf = (name: string): string => name.slice(name.lastIndexOf('.'));
  const stemOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));
  const others = units.filter((name) => name !== unit);
  const named = others.find((name) => stemOf(name) === stemOf(unit));
  if (named !== undefined) return named;
  // By their stems: the ending that they share would make any two short names alike.
  const stems = others.filter((name) => kindOf(name) === kindOf(unit)).map(stemOf);
  const stem = nearestName(stemOf(unit), stems);
  return stem === null ? null : `${stem}${kindOf(unit)}`;
};
