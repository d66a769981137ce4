import { guiltyInputs } from '../../model/causes/bisect.ts';
import { guiltyHolds } from '../../model/causes/hold-reason.ts';
import { isOwnPlace } from '../../model/causes/position.ts';
import type { NixPosition } from '../../model/nix/cause.ts';
import { buildableHosts } from '../../state/hosts.ts';
import type { AppState } from '../../state/state.ts';
import type { ScreenState } from '../../store.ts';
import type { Action } from '../action.ts';
import { forShown } from '../doing/shown-hosts.ts';
import { startRun } from '../doing/start-run.ts';
import { openToMend } from '../doing/tools.ts';
import { becauseNoHosts, becauseNotNow, becauseReadOnly, firstReason } from '../reasons.ts';

/** The first place of a failure that is in a file of the flake itself. */
const placeToMend = (app: AppState): NixPosition | null =>
  app.causes.flatMap(({ place }) => place ?? []).find(isOwnPlace) ?? null;

const becauseNothingFailed = ({ app }: ScreenState): string | undefined =>
  app.causes.length === 0 ? 'the last test found no failure' : undefined;

const becauseNobodyIsGuilty = ({ app }: ScreenState): string | undefined =>
  guiltyInputs(app.searches).length === 0 ? 'no culprit known yet; run bisect' : undefined;

/** What can be done about a test that failed. */
export const testKeys: readonly Action[] = [
  {
    id: 'bisect',
    keys: [],
    label: 'bisect',
    help: 'Find the input whose update breaks the hosts that failed; changes nothing.',
    where: ['everywhere'],
    danger: 'build',
    named: true,
    disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow, becauseNothingFailed),
    perform: (context) => {
      context.ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
      startRun(context, (engine) => engine.build.bisect());
    },
  },
  {
    id: 'hold-guilty',
    keys: [],
    label: 'hold',
    help: 'Hold the input that the bisection named: put it back, and say so in nixup.toml.',
    where: ['everywhere'],
    danger: 'build',
    named: true,
    disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow, becauseNobodyIsGuilty),
    perform: (context) => {
      const { searches } = context.state().app;
      const [first, ...more] = guiltyHolds(searches, context.now());
      if (first === undefined) return;
      startRun(context, async (engine) => {
        let result = await engine.lock.hold(first.inputs, { reason: first.reason, until: null });
        for (const { inputs, reason } of more)
          if (result.ok) result = await engine.lock.hold(inputs, { reason, until: null });
        return result;
      });
    },
  },
  {
    id: 'test-fresh',
    keys: [],
    label: 'test without caches',
    help: 'Test every host that the filter of the fleet shows again, without cached evaluations and downloads.',
    where: ['everywhere'],
    danger: 'build',
    named: true,
    disabled: (state) => firstReason(state, becauseReadOnly, becauseNotNow, becauseNoHosts),
    perform: (context) => {
      forShown(context, 'test', buildableHosts(context.state().app), (hosts) => {
        context.ui({ type: 'showed', screen: { kind: 'view', view: 'build' } });
        startRun(context, (engine) => engine.build.test(hosts, { fresh: true }));
      });
    },
  },
  {
    id: 'test-trace',
    keys: [],
    label: 'show trace',
    help: 'Test the hosts that failed again, with the whole trace of their errors in the log.',
    where: ['everywhere'],
    danger: 'build',
    named: true,
    disabled: (state) =>
      firstReason(state, becauseReadOnly, becauseNotNow, becauseNoHosts, becauseNothingFailed),
    perform: (context) => {
      const hosts = [...new Set(context.state().app.causes.flatMap((cause) => cause.hosts))];
      startRun(context, (engine) => engine.build.test(hosts, { trace: true }));
    },
  },
  {
    id: 'open-cause',
    keys: [],
    label: 'open the file',
    help: 'Open the file of the first failure in the editor.',
    where: ['everywhere'],
    danger: 'look',
    named: true,
    disabled: ({ app }) =>
      placeToMend(app) !== null ? undefined : 'no failure is in a file of the flake',
    perform: (context) => {
      const { app } = context.state();
      const place = placeToMend(app);
      if (place === null || app.flakePath === null) return;
      const path = place.file.startsWith('/') ? place.file : `${app.flakePath}/${place.file}`;
      context.start(() => openToMend(context, path, place.line));
    },
  },
];
