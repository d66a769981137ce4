import { type InputHosts, inputHostsSentence } from '../../model/inputs/input-hosts.ts';
import { movedInputs } from '../../model/inputs/moves.ts';
import { ownOf } from '../../model/own-of.ts';
import { success } from '../../model/result.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { alignRows } from '../arguments/text-table.ts';
import { answerQuestion } from '../program/answer.ts';
import type { FlaglessRun } from '../program/command.ts';
import { refused } from '../program/open.ts';

/** How an input changes the hosts that `--on` names. */
const narrow = (
  hosts: InputHosts | undefined,
  to: readonly string[] | null,
): InputHosts | undefined =>
  to === null || hosts?.kind !== 'known'
    ? hosts
    : {
        kind: 'known',
        changed: hosts.changed.filter((host) => to.includes(host)),
        same: hosts.same.filter((host) => to.includes(host)),
        failed: hosts.failed.filter(({ host }) => to.includes(host)),
      };

/** Which hosts each changed input changes: every host is evaluated with only that input moved. */
export const run: FlaglessRun<'impact'> = async (invocation, context) =>
  await answerQuestion(invocation, context, async ({ engine, state, survey, narrowed }) => {
    const surveyed = await survey({ probe: false, evaluate: false });
    if (!surveyed.ok) return surveyed;
    const { lock } = state();
    const moved = lock.kind === 'read' ? movedInputs(lock.changes) : [];
    const isAdded = (name: string): boolean =>
      lock.kind === 'read' &&
      lock.changes.some(({ path, kind }) => path === name && kind === 'added');
    const known = lock.kind === 'read' ? lock.inputs.map(({ name }) => name) : [];
    const names = invocation.words.length === 0 ? moved : invocation.words;
    for (const name of names)
      if (!moved.includes(name) && !known.includes(name))
        return refused(2, { code: 'input-unknown', name, nearest: nearestName(name, known) });
    await engine.inputs.findHosts(names.filter((name) => moved.includes(name)));
    const { inputHosts } = state();
    const unmoved: InputHosts = { kind: 'known', changed: [], same: [], failed: [] };
    const found = names.map((name) => ({
      name,
      hosts: moved.includes(name) ? narrow(ownOf(inputHosts, name), narrowed) : unmoved,
    }));
    return success({
      text:
        found.length === 0
          ? 'no input changed'
          : alignRows(
              found.map(({ name, hosts }) => [
                name,
                !moved.includes(name)
                  ? isAdded(name)
                    ? 'was added: no earlier revision to compare with'
                    : 'has not changed'
                  : hosts === undefined
                    ? 'was not evaluated'
                    : inputHostsSentence(hosts),
              ]),
            ).join('\n'),
      json: {
        version: 1,
        inputs: found.map(({ name, hosts }) =>
          hosts?.kind === 'known'
            ? { name, changed: hosts.changed, same: hosts.same, failed: hosts.failed, error: null }
            : {
                name,
                changed: [],
                same: [],
                failed: [],
                error: hosts?.kind === 'unknown' ? hosts.why : 'It was not evaluated.',
              },
        ),
      },
      exitCode: found.some(({ hosts }) => hosts?.kind !== 'known') ? 1 : 0,
    });
  });
