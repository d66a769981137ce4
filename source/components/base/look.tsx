import { createContext, useContext } from 'react';
import type { Action } from '../../actions/action.ts';
import { colourTheme, type Theme } from './theme.ts';

export interface Look {
  readonly theme: Theme;
  readonly ascii: boolean;
  readonly table: readonly Action[];
}

const LookContext = createContext<Look>({ theme: colourTheme, ascii: false, table: [] });

export const LookProvider = LookContext.Provider;

export const useLook = (): Look => useContext(LookContext);
