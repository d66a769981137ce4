import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runUpdate } from '../../../source/engine/lock/update.ts';
import { createRunSession } from '../../../source/engine/run/session.ts';
import { readFleet } from '../../../source/engine/survey/read-fleet.ts';
import { surveyFleet } from '../../../source/engine/survey/survey.ts';
import { row as checkRow } from '../../../source/model/board/board.ts';
import { explain } from '../../../source/model/explain/explain.ts';
import type { Failure } from '../../../source/model/failure.ts';
import type { NixCause } from '../../../source/model/nix/cause.ts';
import { failed, success } from '../../../source/model/result.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { causeMenu } from '../../../source/screen/dialogs/menu-cause.ts';
import { buildRowsOf } from '../../../source/screen/rows/build.ts';
import { createGit } from '../../../source/services/git/git.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { temporaryRepository } from '../../support/temporary-repository.ts';

const position = { file: '/flake/flake.nix', line: 1, column: 47 };

const because: NixCause = {
  class: 'evaluation',
  message: 'no fleet today',
  derivation: null,
  position,
  positions: [position],
  expected: null,
  got: null,
  tail: ['error: no fleet today'],
};

const unlisted: Failure = {
  code: 'evaluation-failed',
  host: null,
  cause: 'no fleet today (at flake.nix:1:47)',
  tail: because.tail,
  because,
};

const brokenFleet = async (failure: Failure) => {
  const fleet = await fakeFleet([]);
  Object.assign(fleet.context.nix, {
    listHosts: async () => failed(failure),
    checkFlakeSyntax: async () =>
      success({
        files: ['flake.nix', 'hosts/p620.nix'],
        checked: 2,
        problems:
          failure.code === 'evaluation-failed' && failure.because?.class === 'syntax'
            ? [
                { file: 'flake.nix', line: 2, column: 1, message: 'unexpected end', excerpt: [] },
                {
                  file: 'hosts/p620.nix',
                  line: 7,
                  column: 3,
                  message: "unexpected '}'",
                  excerpt: [],
                },
              ]
            : [],
      }),
    settings: async () => success({ buildableSystems: ['x86_64-linux'] }),
  });
  await readFleet(fleet.context);
  return fleet;
};

test('a flake whose hosts cannot be listed has a row with its place and what can be done', async () => {
  const { context } = await brokenFleet(unlisted);
  const [row, ...others] = buildRowsOf(context.state(), '');
  expect(others).toEqual([]);
  if (row?.kind !== 'cause') throw new Error('no row of a cause');
  expect(row.cause).toMatchObject({ hosts: [], what: 'no fleet today' });
  expect(row.cause.place).toMatchObject({ file: 'flake.nix', line: 1 });
  const menu = causeMenu(context.state(), row.cause, 0);
  expect(menu.title).toBe('The flake');
  expect(menu.items.map(({ label }) => label)).toEqual([
    'open flake.nix:1:47',
    'read the hosts again',
  ]);
});

test('every file that does not parse is named when the hosts cannot be listed for it', async () => {
  const { context } = await brokenFleet({
    ...unlisted,
    because: { ...because, class: 'syntax' },
  });
  expect(context.state().causes.map(({ place }) => place?.file)).toEqual([
    'flake.nix',
    'hosts/p620.nix',
  ]);
});

test('the row leaves once the hosts are listed', async () => {
  const { context } = await brokenFleet(unlisted);
  Object.assign(context.nix, {
    listHosts: async () =>
      success([
        { name: 'p620', system: 'x86_64-linux', isImage: false, hostName: 'p620', failure: null },
      ]),
  });
  await readFleet(context);
  expect(context.state().causes).toEqual([]);
});

/** Ways in which git itself reads nothing of a checkout: how it comes about, what is said, and what helps. */
const refusals: readonly (readonly [
  string,
  (folder: string) => Record<string, string>,
  RegExp,
  RegExp,
])[] = [
  [
    'of another user',
    // Git's own way to play this.
    () => ({ GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }),
    /dubious ownership/,
    /config --global --add safe\.directory \S*\/fleet/,
  ],
  [
    'with a damaged index',
    (folder) => {
      writeFileSync(join(folder, '.git/index'), 'damaged');
      return {};
    },
    /index file/,
    /mv -- \S+\/index \S+\/index\.damaged && git -C \S+ reset/,
  ],
  [
    'with settings that git cannot read',
    (folder) => {
      writeFileSync(join(folder, '.git/config'), '[core');
      return {};
    },
    /bad config/,
    /git -C \S+ status/,
  ],
];

test.each(
  refusals,
)('of a checkout %s the reason is that of git, and not that of the configuration', async (_, damage, what, next) => {
  using repository = temporaryRepository();
  const env = damage(repository.folder);
  const { exec } = repository.world;
  const world = {
    ...repository.world,
    exec: ((command, options) =>
      exec({ ...command, env: { ...command.env, ...env } }, options)) satisfies typeof exec,
  };
  const fleet = await fakeFleet([]);
  Object.assign(fleet.context.nix, { listHosts: async () => failed(unlisted) });
  const context = {
    ...fleet.context,
    flake: repository.folder,
    git: createGit(world, repository.folder),
  };
  await readFleet(context);
  const { fleet: listed } = context.state();
  const said = listed.kind === 'failed' ? explain(listed.failure) : null;
  expect(said?.what).toMatch(what);
  expect(said === null ? '' : adviceLine(said.next)).toMatch(next);
  const session = createRunSession(
    context,
    '20261129-032211-abc',
    'update',
    new AbortController().signal,
  );
  const updated = await runUpdate(context, session, 'all');
  expect(updated.ok ? null : explain(updated.failure).what).toMatch(what);
});

test('outside of a repository the reason is that of Nix', async () => {
  const { context } = await brokenFleet(unlisted);
  const { fleet: listed } = context.state();
  expect(listed.kind === 'failed' && listed.failure.code).toBe('evaluation-failed');
});

test('a board whose hosts of the flake could not be listed tells it until they are', async () => {
  const { context } = await brokenFleet(unlisted);
  const ids = () => context.state().board.map(({ id, state }) => `${id} ${state}`);
  context.emitter.emit({
    type: 'board-observed',
    rows: [checkRow({ id: 'nix.version', group: 'nix', label: 'Nix' }, 'green', '2.31')],
  });
  await surveyFleet(context, { probe: false, evaluate: false });
  expect(ids()).toEqual(['nix.hosts red', 'nix.version green']);
  Object.assign(context.nix, { listHosts: async () => success([]) });
  await surveyFleet(context, { probe: false, evaluate: false });
  expect(ids()).toEqual(['nix.version green']);
});
