import type { MenuItem } from './overlay.ts';
import type { Wish } from './wish.ts';

/** A row of a menu; `refused` says why it cannot be chosen now. */
export const item = (
  id: string,
  label: string,
  detail: string,
  wish: Wish,
  refused: string | null = null,
): MenuItem => ({ id, label, detail, wish, refused });
