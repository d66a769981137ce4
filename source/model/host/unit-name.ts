/** A unit's whole name; the config may leave out `.service`, as `systemctl` lets one. What is no name of a unit alone (`unit-failure.ts`) stays. */
export const fullUnitName = (unit: string): string =>
  /\.[a-z]+$|#reload$|\/$/.test(unit) ? unit : `${unit}.service`;

/** A unit for a row on screen: without the ending that most have. */
export const shortUnitName = (unit: string): string => unit.replace(/\.service$/, '');
