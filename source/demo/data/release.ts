/** The release of NixOS at a time: one in May, one in November. */
export const releaseAt = (now: number): { readonly stable: string; readonly old: string } => {
  const date = new Date(now);
  const year = date.getUTCFullYear() % 100;
  const month = date.getUTCMonth() + 1;
  if (month >= 12) return { stable: `${year}.11`, old: `${year}.05` };
  if (month >= 6) return { stable: `${year}.05`, old: `${year - 1}.11` };
  return { stable: `${year - 1}.11`, old: `${year - 1}.05` };
};
