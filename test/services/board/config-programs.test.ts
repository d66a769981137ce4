import { expect, test } from 'vitest';
import { configSchema } from '../../../source/model/config/config.ts';
import { success } from '../../../source/model/result.ts';
import { askedMistakes } from '../../../source/services/board/config-asked.ts';
import { strictWorld } from '../../support/strict-world.ts';

const there = ['/usr/bin/just', '/opt/bin/notify'];

const mistakes = async (config: object, path: string | undefined) => {
  const world = strictWorld({ answers: [] });
  const { places } = await askedMistakes(
    {
      ...world,
      environment: path === undefined ? {} : { PATH: path },
      files: {
        ...world.files,
        exists: async (file) => there.includes(file),
        read: async () => success('true\n'),
      },
    },
    '/flake',
    configSchema.parse(config),
    [],
  );
  return places.map(({ path: at, detail }) => `${at.join('.')}: ${detail}`);
};

test.each<[string, object, string | undefined, readonly string[]]>([
  ['a program on the PATH', { commands: { syntax: ['just', 'x'] } }, '/bin:/usr/bin', []],
  ['a program by its path', { notify: { command: ['/opt/bin/notify'] } }, '/bin', []],
  [
    'a program that no folder has',
    { notify: { command: ['notify-sen', '{text}'] } },
    '/bin:/usr/bin',
    ['notify.command.0: there is no program notify-sen on the PATH of this machine'],
  ],
  [
    'a path where nothing is',
    { notify: { command: ['/opt/notify'] } },
    '/bin',
    ['notify.command.0: there is no file /opt/notify on this machine'],
  ],
  ['a program where nothing is known of the PATH', { notify: { command: ['x'] } }, undefined, []],
])('%s', async (_, config, path, found) => {
  expect(await mistakes(config, path)).toEqual(found);
});
