import { Box } from 'ink';
import type { ReactNode } from 'react';
import { footerRows } from '../model/layout.ts';
import { keysLine, messageLine } from './footer-lines.ts';
import { LineText } from './line-text.tsx';
import { useLook } from './look.tsx';
import { useApp } from './use-app.ts';

/** Two rows: what was answered, and the keys. */
export const Footer = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { table } = useLook();
  return (
    <Box flexDirection="column" height={footerRows}>
      <LineText line={messageLine(app, ui)} />
      <LineText line={keysLine({ app, ui }, table)} />
    </Box>
  );
};
