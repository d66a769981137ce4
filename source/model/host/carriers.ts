/** How a host of the fleet is reached: its names for ssh, and the machines on the way. */
export interface Route {
  readonly host: string;
  /** Its own name, its ssh destination, and what ssh makes of that. */
  readonly names: readonly string[];
  readonly jumps: readonly string[];
}

/**
 * The hosts of the fleet by way of which a host is reached: they are not to be
 * changed while it waits for its confirmation. Pure.
 */
export const carriersOf = (host: string, routes: readonly Route[]): readonly string[] => {
  const jumps = new Set(routes.find((route) => route.host === host)?.jumps ?? []);
  return routes
    .filter((route) => route.host !== host && route.names.some((name) => jumps.has(name)))
    .map((route) => route.host);
};
