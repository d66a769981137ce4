import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { isTooSmall, smallest } from '../screen/layout.ts';
import type { Overlay } from '../screen/overlay.ts';
import type { Screen as ShownScreen } from '../screen/ui.ts';
import { ActionList } from './action-list.tsx';
import { BuildView } from './build-view.tsx';
import { CheckView } from './check-view.tsx';
import { CommandsPane } from './commands-pane.tsx';
import { Dialog } from './dialog.tsx';
import { DifferencePane } from './difference-pane.tsx';
import { FleetView } from './fleet-view.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { HealthView } from './health-view.tsx';
import { HistoryView } from './history-view.tsx';
import { HostView } from './host-view.tsx';
import { LockView } from './lock-view.tsx';
import { LogView } from './log-view.tsx';
import { PackagesView } from './packages-view.tsx';
import { TextPane } from './pane.tsx';
import { useApp } from './use-app.ts';

const View = ({ screen }: { readonly screen: ShownScreen }): ReactNode => {
  if (screen.kind === 'host') return <HostView name={screen.host} tab={screen.tab} />;
  switch (screen.view) {
    case 'fleet':
      return <FleetView />;
    case 'lock':
      return <LockView />;
    case 'packages':
      return <PackagesView />;
    case 'check':
      return <CheckView />;
    case 'build':
      return <BuildView />;
    case 'health':
      return <HealthView />;
    case 'log':
      return <LogView />;
    case 'history':
      return <HistoryView />;
  }
};

const Over = ({ overlay }: { readonly overlay: Overlay }): ReactNode => {
  switch (overlay.kind) {
    case 'confirm':
    case 'menu':
      return <Dialog dialog={overlay} />;
    case 'help':
    case 'palette':
      return <ActionList list={overlay} />;
    case 'commands':
      return <CommandsPane list={overlay} />;
    case 'difference':
      return <DifferencePane pane={overlay} />;
    case 'text':
      return <TextPane pane={overlay} />;
  }
};

/** The whole screen: exactly as large as the window, never larger. */
export const Screen = (): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const rows = useApp(({ ui }) => ui.rows);
  const screen = useApp(({ ui }) => ui.screen);
  const overlay = useApp(({ ui }) => ui.overlay);
  if (isTooSmall({ columns, rows }))
    return (
      <Box width={columns} height={rows} overflow="hidden">
        <Text wrap="truncate-end">
          {`Too small: ${columns}x${rows}, needs ${smallest.columns}x${smallest.rows}. Nothing is lost.`}
        </Text>
      </Box>
    );
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header />
      {overlay === null ? <View screen={screen} /> : <Over overlay={overlay} />}
      <Footer />
    </Box>
  );
};
