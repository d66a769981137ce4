import { showAge, showMoment } from '../words/format-time.ts';
import { escapeMarkdown } from '../words/markdown.ts';
import { counted, hostList } from '../words/sentences.ts';
import { type HostWatch, verdictWords, type WatchVerdict } from './report.ts';
import { watchMs } from './windows.ts';

/** Watches of earlier runs are not shown any more when they are so old. */
export const shownForDays = 7;

/** Why there is no report of a watch. */
export const noWatchWords = `no run deployed in the last ${shownForDays} days`;

/** What a person looks at after a deploy, where no metric does: the user reports of the runbook. */
export const signedAreas = ['desktop', 'applications', 'network'] as const;

export type SignedArea = (typeof signedAreas)[number];

/** A person says how a host is. */
export interface SignOff {
  readonly host: string;
  readonly at: number;
  /** The name of the person's account. */
  readonly by: string;
  /** Empty: desktop, applications and network work. */
  readonly trouble: readonly { readonly area: SignedArea; readonly text: string }[];
}

/** What the watch said of a host of a run. */
export interface HostReport {
  readonly host: string;
  /** When it was asked, ms since the epoch. */
  readonly at: number;
  readonly verdict: WatchVerdict;
  /** What changed, and what is not known; empty where all is as before. */
  readonly lines: readonly string[];
  /** The 24 hours were over, and all that can be asked was: nothing more will be known. */
  readonly isFinal: boolean;
}

export interface RunHost {
  readonly host: string;
  /** When the run changed it, ms since the epoch. */
  readonly changedAt: number;
}

/** A host that runs its system of before again, and when it went back: it is not watched. */
export interface WentBack extends RunHost {
  /** A person rolled it back after the run; absent where the run did that itself. */
  readonly isByHand?: true;
}

/** The 24 hours after a run that changed hosts. */
export interface RunWatch {
  readonly run: string;
  /** Empty where a person took each of them back. */
  readonly hosts: readonly RunHost[];
  /** Hosts that went back, in this run or by a person after it. */
  readonly wentBack?: readonly WentBack[];
  readonly reports: readonly HostReport[];
  readonly signOffs: readonly SignOff[];
}

/** When the watch of each of its hosts is over, ms since the epoch; where each went back: when the last did. */
export const endOf = ({ hosts, wentBack = [] }: RunWatch): number =>
  hosts.length === 0
    ? Math.max(...wentBack.map(({ changedAt }) => changedAt))
    : Math.max(...hosts.map(({ changedAt }) => changedAt)) + watchMs;

/** When its first host was changed. */
export const beginOf = ({ hosts, wentBack = [] }: RunWatch): number =>
  Math.min(...(hosts.length === 0 ? wentBack : hosts).map(({ changedAt }) => changedAt));

/**
 * Whether the 24 hours of a host are over: by the server's clock where it was asked, else by ours; and not yet where the
 * host's own clock says less. A clock of this machine that jumped ahead must not end a watch. Pure.
 */
export const isWatchOver = (
  { changedAt, window }: Pick<HostWatch, 'changedAt' | 'window'>,
  now: number,
  /** How long the host has what it runs, by its own clock; null where it does not tell. */
  runsForMs: number | null,
): boolean =>
  changedAt !== null &&
  (window?.to ?? now) >= changedAt + watchMs &&
  (runsForMs === null || runsForMs >= watchMs - settledMs);

/** A profile is set a little before or after what counts as the change, ms. */
const settledMs = 3_600_000;

/** How long the watch of a host still lasts, ms; 0 when it is over. */
export const watchLeft = ({ hosts }: RunWatch, host: string, now: number): number => {
  const changed = hosts.find((one) => one.host === host)?.changedAt;
  return changed === undefined ? 0 : Math.max(0, changed + watchMs - now);
};

/** Asked before a person says that all is fine while something may still come. */
export const earlySignWords = (watch: RunWatch, host: string, now: number): string =>
  `The watch of ${host} ends in ${showAge(watchLeft(watch, host, now))}`;

export const reportOf = ({ reports }: RunWatch, host: string): HostReport | undefined =>
  reports.find((report) => report.host === host);

export const signOffOf = ({ signOffs }: RunWatch, host: string): SignOff | undefined =>
  signOffs.find((one) => one.host === host);

/** The watches of several runs as one, of each host that of the run that changed it last; null where there is none. */
export const watchOfAll = (watches: readonly RunWatch[]): RunWatch | null => {
  const [newest] = watches;
  if (newest === undefined) return null;
  const wentBack = watches.flatMap((watch) => watch.wentBack ?? []);
  return {
    run: newest.run,
    hosts: watches
      .flatMap(({ hosts }) => hosts)
      .toSorted((one, other) => (one.host < other.host ? -1 : 1)),
    // An earlier run may have a report of a host that a later one changed again: that is of the past.
    reports: watches.flatMap((watch) =>
      watch.hosts.flatMap(({ host }) => reportOf(watch, host) ?? []),
    ),
    signOffs: watches.flatMap((watch) =>
      watch.hosts.flatMap(({ host }) => signOffOf(watch, host) ?? []),
    ),
    ...(wentBack.length === 0 ? {} : { wentBack }),
  };
};

/** Where the watch of a run stands. */
type WatchPhase =
  | { readonly kind: 'running'; readonly endsAt: number }
  /** The 24 hours are over, and these hosts have no report yet. */
  | { readonly kind: 'due'; readonly hosts: readonly string[] }
  | { readonly kind: 'reported' };

export const phaseOf = (watch: RunWatch, now: number): WatchPhase => {
  const open = watch.hosts.filter(({ host }) => reportOf(watch, host)?.isFinal !== true);
  const endsAt = endOf(watch);
  if (open.length > 0 && now < endsAt) return { kind: 'running', endsAt };
  const hosts = open.flatMap(({ host, changedAt }) => {
    const report = reportOf(watch, host);
    return report === undefined || report.at < changedAt + watchMs ? [host] : [];
  });
  return hosts.length === 0 ? { kind: 'reported' } : { kind: 'due', hosts };
};

/** From the worst to the best; what is unknown is never fine. */
const order: readonly WatchVerdict[] = [
  'worse',
  'unknown',
  'early',
  'as-before',
  'better',
  'not-configured',
];

/** The verdict on all hosts of a run: the worst of them; unknown where nobody asked. */
export const fleetVerdict = (watch: RunWatch): WatchVerdict => {
  const verdicts = watch.hosts.map(({ host }) => reportOf(watch, host)?.verdict ?? 'unknown');
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'unknown';
};

/** The verdict of a host that was asked about its journal alone. */
const journalOnly = 'its journal says nothing new; no Prometheus is configured';

/** The 24 hours are over, and it stays so. */
const earlyForGood = 'an early sign only: too few days before to compare with';

/** `as before`: the verdict of a host in a report. */
export const hostVerdictWords = ({ verdict, isFinal }: HostReport): string => {
  if (verdict === 'not-configured') return journalOnly;
  return verdict === 'early' && isFinal ? earlyForGood : verdictWords[verdict];
};

/** `1 worse, 2 as before, 1 not asked yet`. */
const countWords = (watch: RunWatch): string => {
  const reports = watch.hosts.flatMap(({ host }) => reportOf(watch, host) ?? []);
  const wordsOf = ({ verdict, isFinal }: HostReport): string => {
    if (verdict === 'not-configured') return 'without new lines in the journal';
    // When the 24 hours are over it is too late, not too early.
    return verdict === 'early' && isFinal
      ? 'with too few days before to compare with'
      : verdictWords[verdict];
  };
  const asked = order.flatMap((verdict) => {
    const counts = new Map<string, number>();
    for (const report of reports)
      if (report.verdict === verdict)
        counts.set(wordsOf(report), (counts.get(wordsOf(report)) ?? 0) + 1);
    return [...counts].map(([words, count]) => `${count} ${words}`);
  });
  const silent = watch.hosts.filter(({ host }) => reportOf(watch, host) === undefined).length;
  return [...asked, ...(silent === 0 ? [] : [`${silent} not asked yet`])].join(', ');
};

/** `the 24 hours ended 2026-11-29 16:20 UTC`. */
export const endWords = (watch: RunWatch, now: number): string =>
  `the 24 hours ${now < endOf(watch) ? 'end' : 'ended'} ${showMoment(endOf(watch))} UTC`;

/** One line for the run: its verdict, and when it ends or ended. */
export const runWatchHeadline = (watch: RunWatch, now: number): string =>
  watch.hosts.length === 0
    ? 'no host of it is watched any more'
    : `${counted(watch.hosts.length, 'host')}: ${countWords(watch)}; ${endWords(watch, now)}`;

/** What a person said of a host; null where nobody did. */
export const signOffWords = (signOff: SignOff | undefined): string => {
  if (signOff === undefined) return 'not signed';
  const by = `${signOff.by}, ${showMoment(signOff.at)} UTC`;
  return signOff.trouble.length === 0
    ? `${signedAreas.join(', ')} work: ${by}`
    : `${signOff.trouble.map(({ area, text }) => `${area}: ${text}`).join('; ')}: ${by}`;
};

/** Hosts that nobody signed. */
export const unsignedHosts = (watch: RunWatch): readonly string[] =>
  watch.hosts.flatMap(({ host }) => (signOffOf(watch, host) === undefined ? [host] : []));

/** A line of the report, for a screen or a terminal. */
export interface ReportLine {
  readonly kind: 'headline' | 'host' | 'detail' | 'heading' | 'signed' | 'unsigned';
  readonly text: string;
  readonly verdict?: WatchVerdict;
}

/** `studio: rolled back by hand 2026-11-30 11:43 UTC`: what stands in the report instead of a verdict. */
const wentBackWords = ({ hosts }: RunWatch, { host, changedAt, isByHand }: WentBack): string =>
  `rolled back${isByHand === true ? ' by hand' : ''} ${showMoment(changedAt)} UTC, ${
    hosts.some((one) => one.host === host) ? 'compared until then' : 'so it is not watched'
  }`;

/** Cells of a moment before its time of the day. */
const dateCells = '2026-11-30 '.length;

/** `2026-11-30 09:50 to 09:56`: the first and the last of moments, without their zone. */
const betweenWords = (moments: readonly number[]): string => {
  const [first, last] = [Math.min(...moments), Math.max(...moments)].map(showMoment);
  if (first === undefined || last === undefined || first === last) return first ?? '';
  const isOneDay = first.slice(0, dateCells) === last.slice(0, dateCells);
  return `${first} to ${isOneDay ? last.slice(dateCells) : last}`;
};

/** A run changes its hosts one after another: only times that are further apart are told of each host, ms. */
const nearMs = 2 * 3_600_000;

const areNear = (moments: readonly number[]): boolean =>
  Math.max(...moments) - Math.min(...moments) <= nearMs;

/** When hosts were asked whose report is not the last that there will be. */
const reportedAt = (watch: RunWatch): readonly number[] =>
  watch.hosts.flatMap(({ host }) => {
    const report = reportOf(watch, host);
    return report === undefined || report.isFinal ? [] : [report.at];
  });

/** Moments that one line tells for all hosts; null where they are too far apart, or there are none. */
const togetherWords = (words: string, moments: readonly number[]): string | null =>
  moments.length > 0 && areNear(moments) ? `${words} ${betweenWords(moments)} UTC` : null;

/** The report as lines; whole, but for hosts that stand in full just before it. */
export const reportLines = (
  watch: RunWatch,
  now: number,
  toldBefore: ReadonlySet<string> = new Set(),
): readonly ReportLine[] => {
  const allChanged = togetherWords(
    'changed',
    watch.hosts.map(({ changedAt }) => changedAt),
  );
  const allAsked = togetherWords('as of', reportedAt(watch));
  const times = [allChanged, allAsked].filter((words) => words !== null).join('; ');
  const hostLines = ({ host, changedAt }: RunHost): readonly ReportLine[] => {
    if (toldBefore.has(host)) return [];
    const report = reportOf(watch, host);
    const verdict = report?.verdict ?? 'unknown';
    const words = report === undefined ? 'not asked yet' : hostVerdictWords(report);
    const asked =
      report === undefined || report.isFinal || allAsked !== null
        ? ''
        : `, as of ${showMoment(report.at)} UTC`;
    const changed = allChanged !== null ? '' : `; changed ${showMoment(changedAt)} UTC`;
    return [
      {
        kind: 'host',
        text: `${host}: ${words}${asked}${changed}`,
        verdict,
      },
      ...(report?.lines ?? []).map((text): ReportLine => ({ kind: 'detail', text })),
    ];
  };
  return [
    { kind: 'headline', text: `Watch of the run ${watch.run}` },
    { kind: 'headline', text: runWatchHeadline(watch, now), verdict: fleetVerdict(watch) },
    ...(times === '' ? [] : [{ kind: 'headline', text: times } as const]),
    ...watch.hosts.flatMap(hostLines),
    ...(watch.wentBack ?? []).map(
      (one): ReportLine => ({ kind: 'host', text: `${one.host}: ${wentBackWords(watch, one)}` }),
    ),
    ...(watch.hosts.length === 0
      ? []
      : [{ kind: 'heading', text: `Signed by a person (${signedAreas.join(', ')})` } as const]),
    ...watch.hosts.map(({ host }): ReportLine => {
      const signOff = signOffOf(watch, host);
      return {
        kind: signOff === undefined ? 'unsigned' : 'signed',
        text: `${host}: ${signOffWords(signOff)}`,
      };
    }),
  ];
};

/** The report as Markdown, for an issue or a pull request. */
export const reportMarkdown = (watch: RunWatch, now: number): string =>
  [
    `## Watch of the run ${escapeMarkdown(watch.run)}`,
    '',
    `${escapeMarkdown(runWatchHeadline(watch, now))}.`,
    '',
    '| host | verdict | what changed | signed |',
    '| --- | --- | --- | --- |',
    ...watch.hosts.map(({ host }) => {
      const report = reportOf(watch, host);
      const cells = [
        host,
        report === undefined ? 'not asked yet' : hostVerdictWords(report),
        report?.lines.join('; ') ?? '',
        signOffWords(signOffOf(watch, host)),
      ];
      return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
    }),
    ...(watch.wentBack ?? []).map(
      (one) =>
        `| ${[one.host, wentBackWords(watch, one), '', ''].map(escapeMarkdown).join(' | ')} |`,
    ),
  ].join('\n');

/** The report as `--json` has it. */
export const reportDocument = (watch: RunWatch, now: number) => ({
  run: watch.run,
  begins: beginOf(watch),
  ends: endOf(watch),
  isOver: now >= endOf(watch),
  verdict: fleetVerdict(watch),
  hosts: watch.hosts.map(({ host, changedAt }) => {
    const report = reportOf(watch, host);
    const signOff = signOffOf(watch, host);
    return {
      host,
      changedAt,
      askedAt: report?.at ?? null,
      isFinal: report?.isFinal ?? false,
      verdict: report?.verdict ?? 'unknown',
      lines: report?.lines ?? ['not asked yet'],
      signOff:
        signOff === undefined ? null : { by: signOff.by, at: signOff.at, trouble: signOff.trouble },
    };
  }),
  ...(watch.wentBack === undefined
    ? {}
    : {
        wentBack: watch.wentBack.map(({ host, changedAt: at, isByHand }) => ({
          host,
          at,
          ...(isByHand === undefined ? {} : { isByHand }),
        })),
      }),
});

/** The verdict of a watch that is over, for the header. */
const shortWords: Readonly<Record<WatchVerdict, string>> = {
  worse: 'worse',
  better: 'better',
  'as-before': 'as before',
  early: 'early signs only',
  unknown: 'not all known',
  'not-configured': 'nothing new in the journals',
};

/** What is said of watches in one line: of the newest, and how many more there are; null where there is none. */
export const pendingWords = (
  watches: readonly RunWatch[],
  now: number,
  /** For a narrow window: the end is never more than a day away, so its time alone tells it. */
  isShort = false,
): { readonly text: string; readonly phase: WatchPhase['kind'] } | null => {
  const open = watches.flatMap((watch) => {
    const phase = phaseOf(watch, now);
    return phase.kind === 'reported' && unsignedHosts(watch).length === 0 ? [] : [{ watch, phase }];
  });
  const [first] = open;
  if (first === undefined) return null;
  const others = open.length - 1;
  const more = others === 0 ? '' : `, and ${others} more ${others === 1 ? 'watch' : 'watches'}`;
  const { watch, phase } = first;
  switch (phase.kind) {
    case 'running':
      return {
        text: `watch until ${isShort ? showMoment(phase.endsAt).slice(dateCells) : `${showMoment(phase.endsAt)} UTC`}${more}`,
        phase: phase.kind,
      };
    case 'due':
      return {
        text: `watch is over, not reported: ${hostList(phase.hosts)}${more}`,
        phase: phase.kind,
      };
    case 'reported':
      return {
        text: `watch: ${shortWords[fleetVerdict(watch)]}, to sign: ${hostList(unsignedHosts(watch))}${more}`,
        phase: phase.kind,
      };
  }
};

/** `the watch of p510, razer ends 2026-11-30 16:20 UTC`; empty where each is over. Who was taken back is not watched. */
export const untilWords = (
  watched: ReadonlyMap<string, Pick<HostWatch, 'changedAt'>>,
  told: Pick<RunWatch, 'hosts' | 'wentBack'> | null,
  now: number,
): string => {
  const wentBack = new Set(told?.wentBack?.map(({ host }) => host));
  for (const { host } of told?.hosts ?? []) wentBack.delete(host);
  const running = [...watched].flatMap(([host, { changedAt }]) =>
    changedAt !== null && changedAt + watchMs > now && !wentBack.has(host)
      ? [{ host, ends: changedAt + watchMs }]
      : [],
  );
  return running.length === 0
    ? ''
    : `the watch of ${hostList(running.map(({ host }) => host))} ends ${showMoment(Math.max(...running.map(({ ends }) => ends)))} UTC`;
};
