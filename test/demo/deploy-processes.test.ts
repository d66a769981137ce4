import { expect, test } from 'vitest';
import type { ExecOptions } from '../../source/services/world/world.ts';
import { runLine } from '../support/documents.ts';
import { stillWorld } from '../support/play.ts';

interface Started {
  readonly file: string;
  readonly conversation: ExecOptions['conversation'];
}

/** What a deploy of one host, with nothing to build, asks of the world between its first and its last deed. */
const startedByDeploy = async (): Promise<readonly Started[]> => {
  const still = stillWorld();
  let isMeasured = false;
  const started: Started[] = [];
  const world: typeof still = {
    ...still,
    exec: async (command, options = {}) => {
      const { conversation } = options;
      if (isMeasured && command.host === 'vault')
        started.push({ file: command.file, conversation });
      return await still.exec(command, options);
    },
    files: {
      ...still.files,
      append: async (path, text, until) => {
        // The journal: what was planned for the host, and that nothing is left to do for it.
        if (text.includes('"type":"planned"')) isMeasured = true;
        const written = await still.files.append(path, text, until);
        if (/"stage":"deploy","state":\{"kind":"(?!running)/.test(text)) isMeasured = false;
        return written;
      },
    },
  };
  expect((await runLine(world, 'update nixpkgs')).status).toBe(0);
  expect((await runLine(world, 'test vault')).status).toBe(0);
  expect((await runLine(world, 'deploy vault --yes')).status).toBeLessThanOrEqual(4);
  return started;
};

test('a deploy starts ssh for each proof of a host alone: who it is, the contact, and what stays after the time to settle', async () => {
  const started = await startedByDeploy();
  const scripts = started.filter(({ file }) => file === 'ssh');
  const kinds = scripts.map(({ conversation }) => conversation?.kind ?? 'alone');
  // Between them preparing, the end of the copy, and the activation; then two looks while it settles.
  expect(kinds).toEqual(['opens', 'joins', 'joins', 'joins', 'opens', 'joins', 'joins', 'opens']);
  expect(started.filter(({ file }) => file !== 'ssh').map(({ file }) => file)).toEqual(['nix']);
});
