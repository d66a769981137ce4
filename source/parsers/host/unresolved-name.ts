/**
 * The name that ssh could not turn into an address. Text of OpenSSH's ssh.c
 * (resolve_host), with what getaddrinfo of glibc or musl says behind it. A name
 * of multicast DNS is answered by the host itself: one that sleeps has none.
 */
export const unresolvedName = (line: string): string | null => {
  const name =
    /Could not resolve hostname ([^\s:]+|\S+?):/i.exec(line)?.[1] ??
    // resolve_canonicalize, where no domain is left to try
    /Could not resolve host "([^"]+)"/i.exec(line)?.[1] ??
    null;
  return name === null || /\.local\.?$/i.test(name) ? null : name;
};
