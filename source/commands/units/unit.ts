import {
  restartRefusal,
  type UnitDetails,
  unitDetailsLines,
} from '../../model/host/unit-details.ts';
import { partsOf } from '../../model/host/unit-failure.ts';
import { type JournalLevel, type JournalLine, journalText } from '../../model/host/unit-journal.ts';
import { type Result, success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { isHit } from '../../model/words/log.ts';
import type { RestartPlan } from '../../state/plans/restart-services.ts';
import type { Invocation } from '../arguments/invocation.ts';
import { answerQuestion } from '../program/answer.ts';
import type { CommandContext } from '../program/command.ts';
import { doRun } from '../program/do-run.ts';
import { failureLines, type Program, type Refused } from '../program/open.ts';
import { unitExitCode } from './exit-code.ts';
import { namedHosts, restartPlanned } from './restart.ts';

interface UnitWish {
  readonly unit: string;
  readonly level: JournalLevel;
  /** Null: every line. */
  readonly search: string | null;
}

/** The hosts of the invocation, once they answered: since when they run what they run is asked of them. */
const askedHosts = async (
  program: Program,
  invocation: Invocation<'services'>,
): Promise<Result<readonly string[], Refused>> => {
  const named = await namedHosts(program, invocation);
  if (named.ok && named.value.length > 0)
    await program.survey({ probe: true, evaluate: false, words: named.value });
  return named;
};

const found = (lines: readonly JournalLine[], search: string | null): readonly JournalLine[] =>
  search === null ? lines : lines.filter((line) => isHit(journalText(line), search));

const narrowed = (details: UnitDetails, search: string | null): UnitDetails => {
  const { journal } = details;
  if (journal.kind !== 'lines' || search === null) return details;
  const lines = found(journal.lines, search);
  return {
    ...details,
    journal: lines.length === 0 ? { kind: 'empty' } : { ...journal, lines },
  };
};

const stateOf = (host: string, { unit, facts }: UnitDetails): object => ({
  load: facts.load,
  active: facts.active,
  sub: facts.sub,
  result: facts.result,
  restarts: facts.restarts,
  nearest: facts.nearest,
  canRestart: restartRefusal(unit, host, facts) === null,
});

/** What systemd, the journals and the files of hosts say of one unit. */
export const answerUnit = async (
  invocation: Invocation<'services'>,
  context: CommandContext,
  { unit, level, search }: UnitWish,
): Promise<number> =>
  await answerQuestion(invocation, context, async (program) => {
    const named = await askedHosts(program, invocation);
    if (!named.ok) return named;
    const answers = await Promise.all(
      named.value.map(async (name) => {
        const asked = await program.engine.hosts.unit(name, unit, level);
        if (asked.details === null) return { name, details: null, lines: asked.lines };
        const details = narrowed(asked.details, search);
        return { name, details, lines: unitDetailsLines(details, name) };
      }),
    );
    return success({
      text: answers.map(({ lines }) => lines.join('\n')).join('\n\n'),
      json: {
        version: 1,
        hosts: answers.map(({ name, lines, details }) => ({
          name,
          unit: partsOf(unit).unit,
          user: partsOf(unit).user,
          lines,
          state: details === null ? null : stateOf(name, details),
          since: details?.since ?? null,
          journal: details?.journal.kind === 'lines' ? details.journal.lines : [],
          // Null where it could be read.
          journalUnknown:
            details === null
              ? 'not-asked'
              : details.journal.kind === 'unreadable' || details.journal.kind === 'no-journal'
                ? details.journal.kind
                : null,
          file: details?.file ?? [],
          difference:
            details === null || details.difference === null
              ? null
              : { generation: details.difference.generation, lines: details.difference.lines },
        })),
      },
      exitCode: unitExitCode(answers.map(({ details }) => details)),
    });
  });

/** Each new line of the journal of one unit, of each host, until somebody stops it. */
export const tailUnit = async (
  invocation: Invocation<'services'>,
  context: CommandContext,
  { unit, level, search }: UnitWish,
): Promise<number> =>
  await answerQuestion(invocation, context, async (program) => {
    const { console } = context;
    const named = await askedHosts(program, invocation);
    if (!named.ok) return named;
    const stop = AbortSignal.any([console.canceled, console.unread]);
    const isAlone = named.value.length === 1;
    await Promise.all(
      named.value.map((host) =>
        program.engine.hosts.followUnit({ host, unit, level }, stop, (lines, notes) => {
          for (const line of found(lines, search))
            if (invocation.flags.json) console.answerJson({ type: 'journal', host, unit, ...line });
            else console.answer(isAlone ? journalText(line) : aboutHost(host, journalText(line)));
          for (const note of notes) console.tell(aboutHost(host, note));
        }),
      ),
    );
    return success({ text: '', json: { type: 'journal-end', hosts: named.value }, exitCode: 1 });
  });

/** Restarts one unit on each host after somebody agreed, and waits for it. */
export const restartUnit = async (
  invocation: Invocation<'services'>,
  context: CommandContext,
  unit: string,
): Promise<number> =>
  await doRun(invocation, context, async (program) => {
    const named = await askedHosts(program, invocation);
    if (!named.ok) return named;
    const plans = await Promise.all(
      named.value.map(async (host): Promise<RestartPlan> => {
        const planned = await program.engine.health.planUnitRestart(host, unit);
        return planned.ok
          ? planned.value
          : {
              of: 'unit',
              targets: [],
              leftOut: [
                {
                  host,
                  // A name of no unit is refused; of a host that does not answer nothing is known.
                  kind: planned.failure.code === 'output-unreadable' ? 'skipped' : 'pending',
                  reason: failureLines([planned.failure]).join(' '),
                },
              ],
            };
      }),
    );
    return await restartPlanned(program, invocation, context, {
      of: 'unit',
      targets: plans.flatMap(({ targets }) => targets),
      leftOut: plans.flatMap(({ leftOut }) => leftOut),
    });
  });
