import type { WatchVerdict } from '../../model/watch/report.ts';
import {
  earlySignWords,
  endOf,
  type ReportLine,
  type RunWatch,
  reportLines,
  type SignedArea,
  signedAreas,
  signOffOf,
  signOffWords,
  watchLeft,
} from '../../model/watch/run-watch.ts';
import { showMoment } from '../../model/words/format-time.ts';
import type { Tone } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';
import type { Confirmation, Menu, MenuItem, TonedText } from '../overlay.ts';
import { plain } from '../toned.ts';
import { ask } from './confirmation.ts';

/** The tone of a verdict; what is unknown is not fine. */
const tones: Readonly<Record<WatchVerdict, Tone>> = {
  worse: 'bad',
  better: 'good',
  'as-before': 'good',
  early: 'warn',
  unknown: 'warn',
  'not-configured': 'plain',
};

const tonedLine = ({ kind, text, verdict }: ReportLine): TonedText => ({
  text: kind === 'detail' ? `    ${text}` : text,
  tone: verdict === undefined ? (kind === 'detail' ? 'plain' : 'muted') : tones[verdict],
});

const isSignature = ({ kind }: ReportLine): boolean =>
  kind === 'signed' || kind === 'unsigned' || kind === 'heading';

/** The report of a watch as a text that is only read, such as in the history. */
export const reportTexts = (watch: RunWatch, now: number): readonly TonedText[] =>
  reportLines(watch, now).map(tonedLine);

/** The watch after a run: what was found, and a line a host for the person to sign. */
export const watchMenu = (watch: RunWatch, now: number, cursor: string | null = null): Menu => ({
  kind: 'menu',
  title: `Watch report, until ${showMoment(endOf(watch))} UTC`,
  note: reportLines(watch, now)
    .filter((line) => !isSignature(line))
    .map(tonedLine),
  items: watch.hosts.map(({ host }): MenuItem => {
    const signOff = signOffOf(watch, host);
    const sign =
      signOff === undefined
        ? glyph.todo
        : signOff.trouble.length === 0
          ? glyph.proven
          : glyph.failed;
    return {
      id: `sign-${host}`,
      label: `${sign} ${host}`,
      detail: signOff === undefined ? `do ${signedAreas.join(', ')} work?` : signOffWords(signOff),
      wish: { kind: 'plan-sign', run: watch.run, host },
      refused: null,
    };
  }),
  cursor,
  careful: false,
  openedAt: now,
});

/** Fine is said of 24 hours: asked once more where they are not over. */
export const confirmSignEarly = (watch: RunWatch, host: string, now: number): Confirmation =>
  ask({
    title: `Sign ${host} now?`,
    body: [
      plain(
        `${earlySignWords(watch, host, now)}, at ${showMoment(now + watchLeft(watch, host, now))} UTC.`,
      ),
      plain(
        'What shows only later will not have been looked at by you. It is still in the report.',
      ),
    ],
    commands: [],
    choices: [
      { label: 'Wait', wish: null, guarded: false },
      {
        label: 'Sign now',
        wish: { kind: 'sign', run: watch.run, host, trouble: [] },
        guarded: true,
      },
    ],
    at: now,
  });

/** What a person says of a host after a run. */
export const signMenu = (watch: RunWatch, host: string, now: number): Menu => {
  const item = (id: string, label: string, detail: string, wish: MenuItem['wish']): MenuItem => ({
    id,
    label,
    detail,
    wish,
    refused: null,
  });
  const { run } = watch;
  const signOff = signOffOf(watch, host);
  const trouble = (area: SignedArea): MenuItem =>
    item(area, `${area} has trouble`, 'write in your editor what it is', {
      kind: 'sign-trouble',
      run,
      host,
      area,
    });
  return {
    kind: 'menu',
    title: `Sign ${host}`,
    note: [{ text: signOffWords(signOff), tone: 'muted' }],
    items: [
      item(
        'fine',
        'fine',
        `${signedAreas.join(', ')} work`,
        watchLeft(watch, host, now) > 0
          ? { kind: 'plan-sign-early', run, host }
          : { kind: 'sign', run, host, trouble: [] },
      ),
      ...signedAreas.map(trouble),
      ...(signOff === undefined
        ? []
        : [
            item('open', 'take it back', 'nobody has signed then', {
              kind: 'sign',
              run,
              host,
              trouble: null,
            }),
          ]),
    ],
    cursor: null,
    careful: false,
    openedAt: now,
  };
};
