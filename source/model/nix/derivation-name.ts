/** The name in a store path: `/nix/store/<hash>-nginx-1.29.drv` is `nginx-1.29`. */
export const derivationName = (path: string): string => {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.drv$/, '');
  return /^[0-9a-df-np-sv-z]{32}-/.test(base) ? base.slice(33) : base;
};
