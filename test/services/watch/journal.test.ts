import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import type { RunOnHost } from '../../../source/services/ssh/run.ts';
import { createHostJournal } from '../../../source/services/watch/journal.ts';
import { createProcessWorld } from '../../../source/services/world/process-world.ts';
import { entryOf } from '../../fixtures/states.ts';

const world = createProcessWorld();

/** Runs the script here, with a journalctl that is this text. */
const journalBy = async (journalctl: string) => {
  const run = (async (_entry, script) => {
    const answer = await world.exec(
      { file: 'sh', args: ['-s'] },
      { input: `id() { echo 0; }\njournalctl() {\n${journalctl}\n}\n${script}`, timeoutMs: 20_000 },
    );
    return answer.ok ? success(answer.value) : failed(answer.failure);
  }) as RunOnHost;
  return await createHostJournal(run)(entryOf('p620'), { from: 0, to: 1_000 });
};

const begins = 'case "$*" in *short-unix*) echo "17.5 p620 systemd[1]: hello"; return;; esac';

test.each([
  [
    'refuses',
    'echo "Hint: not from other users" >&2\necho "Failed to open files: Permission denied" >&2\nreturn 1',
    'journalctl ended with 1: Failed to open files: Permission denied',
  ],
  ['ends without a word', `${begins}\nreturn 3`, 'journalctl ended with 3'],
  [
    'breaks off',
    `${begins}\necho '{"MESSAGE_ID":"x"}'\necho "Bad message" >&2\nreturn 1`,
    'journalctl ended with 1: Bad message',
  ],
  ['has nothing', 'return 0', 'there is no journal, or it is empty'],
])('a journal whose journalctl %s says why in a few words', async (_title, journalctl, detail) => {
  expect(await journalBy(journalctl)).toMatchObject({
    ok: false,
    failure: { code: 'output-unreadable', detail },
  });
});

test('a journal without any such record is read', async () => {
  expect(await journalBy(begins)).toMatchObject({ ok: true, value: { begins: 17_500 } });
});
