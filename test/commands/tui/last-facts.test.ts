import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readLastFacts } from '../../../source/commands/tui/last-facts.ts';
import { lastFactsName } from '../../../source/model/remembered/file-names.ts';
import { onlyNamed } from '../../../source/model/remembered/host.ts';
import { writeRemembered } from '../../../source/parsers/kept/remembered.ts';
import { stateFolder } from '../../../source/services/world/state-folder.ts';

/** A state folder, and how an earlier start leaves its facts there. */
const stateOfTest = async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'nixup-last-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  vi.stubEnv('XDG_STATE_HOME', home);
  onTestFinished(() => void vi.unstubAllEnvs());
  const folders = { state: path.join(home, 'nixup'), cache: home, home, runtime: home };
  const write = async (flake: string, text: string): Promise<void> => {
    const folder = stateFolder({ folders }, flake);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, lastFactsName(os.hostname())), text);
  };
  return {
    write,
    remember: (flake: string, ...hosts: readonly string[]) =>
      write(
        flake,
        writeRemembered(
          { flake, head: null, listedAt: 1, hosts: hosts.map(onlyNamed), lock: null, board: null },
          os.hostname(),
        ),
      ),
  };
};

const hostsOf = (flake: string): readonly string[] | undefined =>
  readLastFacts(flake, 1_000_000)?.hosts.map(({ name }) => name);

test('of flakes whose folders are named alike each has its own facts', async () => {
  const { remember } = await stateOfTest();
  await remember('/one/nixos', 'atlas');
  await remember('/two/nixos', 'bolt');
  await remember('/two/nixos-old', 'comet');
  expect(hostsOf('/one/nixos')).toEqual(['atlas']);
  expect(hostsOf('/two/nixos')).toEqual(['bolt']);
  expect(hostsOf('/two/nixos-old')).toEqual(['comet']);
});

test('the facts of another flake that is named alike are not shown', async () => {
  const { remember } = await stateOfTest();
  await remember('/one/nixos', 'atlas');
  expect(readLastFacts('/two/nixos', 1_000_000)).toBeNull();
});

test('a damaged record of another flake hides nothing', async () => {
  const { remember, write } = await stateOfTest();
  await write('/one/nixos', '{"version":1,');
  await remember('/two/nixos', 'bolt');
  expect(hostsOf('/two/nixos')).toEqual(['bolt']);
});

test('where no flake was opened yet nothing is shown', async () => {
  await stateOfTest();
  expect(readLastFacts('/one/nixos', 1_000_000)).toBeNull();
});
