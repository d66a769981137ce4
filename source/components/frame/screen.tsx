import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { showKey } from '../../keys.ts';
import { asksToLeave } from '../../screen/dialogs/confirm-quit.ts';
import { isTooSmall, smallest } from '../../screen/layout.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { coversHeader, rowsOverView } from '../../screen/reducer/overlay-rows.ts';
import { tooSmallLines } from '../../screen/texts/too-small.ts';
import type { Screen } from '../../screen/ui.ts';
import { useLook } from '../base/look.tsx';
import { useApp } from '../base/use-app.ts';
import { BuildView } from '../build/build-view.tsx';
import { FleetView } from '../fleet/fleet-view.tsx';
import { HealthView } from '../host/health-view.tsx';
import { HostView } from '../host/host-view.tsx';
import { LogView } from '../host/log-view.tsx';
import { LockView } from '../lock/lock-view.tsx';
import { PackagesView } from '../lock/packages-view.tsx';
import { ActionList } from '../panes/action-list.tsx';
import { CommandsPane } from '../panes/commands-pane.tsx';
import { CommitsPane } from '../panes/commits-pane.tsx';
import { Dialog } from '../panes/dialog.tsx';
import { DifferencePane } from '../panes/difference-pane.tsx';
import { MessagePane } from '../panes/message-pane.tsx';
import { TextPane } from '../panes/text-pane.tsx';
import { CheckView } from '../run/check-view.tsx';
import { HistoryView } from '../run/history-view.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';

const View = ({ screen }: { readonly screen: Screen }): ReactNode => {
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
    case 'message':
      return <MessagePane editor={overlay} />;
    case 'commands':
      return <CommandsPane list={overlay} />;
    case 'commits':
      return <CommitsPane list={overlay} />;
    case 'difference':
      return <DifferencePane pane={overlay} />;
    case 'text':
      return <TextPane pane={overlay} />;
  }
};

/** A window too small for the screen: what that means, and the key that leaves. */
const TooSmallScreen = ({
  columns,
  rows,
}: Readonly<Record<'columns' | 'rows', number>>): ReactNode => {
  const { table } = useLook();
  const overlay = useApp(({ ui }) => ui.overlay);
  const key = table.find(({ id }) => id === 'quit')?.keys[0] ?? '^c';
  const lines = tooSmallLines({
    columns,
    rows,
    smallest,
    leaves: showKey(key),
    asked: asksToLeave(overlay) ? overlay.title.replace(/ is running$/, '') : null,
  });
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      {lines.map((line) => (
        <Text key={line} wrap="truncate-end">
          {line}
        </Text>
      ))}
    </Box>
  );
};

/** The whole screen: as large as the window, never larger. */
export const ScreenFrame = (): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const rows = useApp(({ ui }) => ui.rows);
  const screen = useApp(({ ui }) => ui.screen);
  const overlay = useApp(({ ui }) => ui.overlay);
  const isCovered = useApp(({ ui }) => coversHeader(ui));
  const isViewSeen = overlay === null || rowsOverView({ overlay, columns, rows }) > 0;
  if (isTooSmall({ columns, rows })) return <TooSmallScreen columns={columns} rows={rows} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      {isCovered ? null : <Header />}
      {isViewSeen ? <View screen={screen} /> : null}
      {overlay === null ? null : <Over overlay={overlay} />}
      <Footer />
    </Box>
  );
};
