import { showInstant } from '../../model/words/format-time.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { RunCase } from './run-cases.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text of XML 1.0: no control character, no half of a pair, nothing that is read as markup. */
const xml = (text: string): string =>
  text
    .toWellFormed()
    .split('\n')
    .map(withoutControls)
    .join('\n')
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');

const seconds = (milliseconds: number): string => String(Math.max(0, milliseconds) / 1_000);

const caseLines = ({ stage, host, tookMs, ending }: RunCase): readonly string[] => {
  const start = `    <testcase classname="nixup.${stage}" name="${xml(host ?? stage)}" time="${seconds(tookMs)}"`;
  switch (ending.kind) {
    case 'passed':
      return [`${start}/>`];
    case 'skipped':
      return [`${start}>`, `      <skipped message="${xml(ending.why)}"/>`, '    </testcase>'];
    case 'failed':
      return [
        `${start}>`,
        `      <failure message="${xml(ending.why)}" type="${stage}">${xml([ending.why, ...ending.lines].join('\n'))}</failure>`,
        '    </testcase>',
      ];
  }
};

const countsOf = (cases: readonly RunCase[]): string => {
  const count = (kind: RunCase['ending']['kind']): number =>
    cases.filter(({ ending }) => ending.kind === kind).length;
  const took = cases.reduce((sum, { tookMs }) => sum + tookMs, 0);
  return `tests="${cases.length}" failures="${count('failed')}" errors="0" time="${seconds(took)}"`;
};

/** Suites count what was skipped; the schema has no such attribute of all suites together. */
const skippedOf = (cases: readonly RunCase[]): string =>
  `skipped="${cases.filter(({ ending }) => ending.kind === 'skipped').length}"`;

/**
 * Steps and hosts of a run as JUnit writes tests: a suite for each step, a case for the step and for each of its
 * hosts. Elements and attributes are those that the schema of Jenkins' xUnit plugin has
 * (`junit-10.xsd`), which GitLab, Forgejo and Azure read too. `at`: when the run ended, ms since the epoch.
 */
export const junitText = (cases: readonly RunCase[], at: number): string => {
  const stages = [...new Set(cases.map(({ stage }) => stage))];
  const stamp = showInstant(at).slice(0, 19);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nixup" ${countsOf(cases)}>`,
    ...stages.flatMap((stage) => {
      const own = cases.filter((one) => one.stage === stage);
      return [
        `  <testsuite name="${stage}" ${countsOf(own)} ${skippedOf(own)} timestamp="${stamp}">`,
        ...own.flatMap(caseLines),
        '  </testsuite>',
      ];
    }),
    '</testsuites>',
    '',
  ].join('\n');
};
