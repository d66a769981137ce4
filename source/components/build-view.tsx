import { Box } from 'ink';
import type { ReactNode } from 'react';
import { isBuilt, workWords } from '../model/host-words.ts';
import { bodyRows } from '../model/layout.ts';
import { fitText, type Line, muted, span, strong } from '../model/line.ts';
import { buildHosts, cursorIndex } from '../model/selectors-list.ts';
import type { HostState } from '../model/state.ts';
import { Lines, LineText } from './line-text.tsx';
import { type ListRow, ListRows } from './list-rows.tsx';
import { activityLine, barText, progressLine } from './progress-lines.ts';
import { said } from './said.ts';
import { useApp } from './use-app.ts';

const systemWords = (host: HostState): string => {
  const { expectation } = host;
  switch (expectation.kind) {
    case 'unknown':
      return 'not evaluated yet';
    case 'evaluating':
      return 'being evaluated';
    case 'failed':
      return `does not evaluate: ${expectation.failureText}`;
    case 'known':
      return isBuilt(host) ? 'built and valid' : 'not built yet';
  }
};

const hostRow = (host: HostState, columns: number, now: number): Line => {
  const name = Math.max(14, Math.min(24, Math.floor(columns / 5)));
  const work = workWords(host, now);
  const builds = host.progress?.builds;
  const bar = columns < 90 ? 12 : 24;
  return [
    span(' '),
    strong(fitText(host.entry.name, name)),
    span(fitText(`${work.sign} ${work.words}`, 26), work.tone),
    muted(fitText(work.aside, 12)),
    ...(builds === undefined
      ? [muted(systemWords(host))]
      : [
          span(barText(builds.expected === 0 ? 0 : builds.done / builds.expected, bar), 'busy'),
          span(` ${builds.done}/${builds.expected}`),
        ]),
  ];
};

/** The build of the whole run, each host's, and what runs now. */
export const BuildView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = bodyRows(ui.rows);
  const hosts = buildHosts(app.hostNames, app.hosts, ui.lists.build.filter);
  const rows = hosts.map(
    (host): ListRow => ({ id: host.entry.name, line: hostRow(host, columns, ui.now) }),
  );
  const selected =
    hosts[
      cursorIndex(
        hosts.map((host) => host.entry.name),
        ui.lists.build.cursor,
      )
    ];
  const progress = app.runProgress;
  const activities = progress?.activities ?? [];
  const below = progress === null ? 0 : Math.min(activities.length + 2, Math.floor(height / 2));
  if (hosts.length === 0)
    return (
      <Lines
        lines={[[strong(' Build')], ...said('No host to build is known yet.', columns, 'muted')]}
        height={height}
      />
    );
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <LineText
        line={[
          strong(' Build   '),
          muted(
            progress === null
              ? 'nothing is being built; t builds the selected host, T all'
              : `${activities.length} running now · Enter opens the log of a host`,
          ),
        ]}
      />
      <ListRows
        rows={rows}
        selected={selected?.entry.name}
        columns={columns}
        height={height - 1 - below}
      />
      {progress === null ? null : (
        <Lines
          lines={[
            [muted(' all hosts')],
            progressLine(progress, columns),
            ...activities.map((activity) => activityLine(activity, columns, ui.now)),
          ]}
          height={below}
        />
      )}
    </Box>
  );
};
