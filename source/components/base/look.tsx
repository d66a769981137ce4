import type { DOMElement } from 'ink';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Action } from '../../actions/action.ts';
import type { Paint } from './paint.ts';
import { type ColourDepth, themeOf, untold } from './theme.ts';
import { useApp } from './use-app.ts';

interface Look extends Paint {
  readonly table: readonly Action[];
  readonly clicks: Clicks;
}

/** Where clicks mean something: `clicks.ts` has what is done with it. */
interface Clicks {
  add(box: DOMElement, at: (column: number, row: number) => string | undefined): () => void;
}

/** What the look is made of that stays: the rest is in the state of the screen. */
export interface LookParts extends Omit<Look, 'theme'> {
  readonly depth: ColourDepth;
  /** Whether the environment says that the background is dark; null: it says nothing. */
  readonly toldDark: boolean | null;
}

const LookContext = createContext<Look>({
  theme: themeOf('auto', 24, untold),
  ascii: false,
  links: null,
  table: [],
  clicks: { add: () => () => undefined },
});

/** Gives the look to what is drawn: another theme, or another background, draws all of it again. */
export const LookProvider = ({
  parts,
  children,
}: {
  readonly parts: LookParts;
  readonly children: ReactNode;
}): ReactNode => {
  const colours = useApp(({ ui }) => ui.colours);
  const look = useMemo(() => {
    const { depth, toldDark, ...rest } = parts;
    return { ...rest, theme: themeOf(colours.theme, depth, colours, toldDark) };
  }, [parts, colours]);
  return <LookContext value={look}>{children}</LookContext>;
};

export const useLook = (): Look => useContext(LookContext);
