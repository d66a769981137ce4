import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasTools } from '../support/needs.ts';
import { type ScaleFleet, scaleFleet } from '../support/scale/fleet.ts';
import { type Question, type Reply, startStandIn } from '../support/stand-in-prometheus.ts';

/** The built program watches a host of which the server of metrics tells nothing that can be judged. */
const program = path.join(import.meta.dirname, '../../dist/cli.js');
const hasNix = hasTools(import.meta.filename, 'nix');
/** Only ends what hangs. */
const patience = { timeout: 60_000 };
/**
 * The program alone holds about 135 MB, one long answer of at most 16 MiB is read at a time, and what the system read
 * before goes when the collector comes: 195 to 232 MB. Four answers of 400 MB would be 1,600.
 */
const mostBytes = 250e6;

let fleet: ScaleFleet;
beforeAll(() => {
  if (!hasNix) return;
  fleet = scaleFleet({ count: 1 });
  fleet.deployAll();
});
afterAll(() => {
  if (hasNix) fleet[Symbol.dispose]();
});

const json = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) });
const vector = (result: readonly unknown[]): Reply =>
  json({ status: 'success', data: { resultType: 'vector', result } });
const everything = (reply: Reply) => (): Reply => reply;
const metrics =
  (reply: Reply) =>
  ({ query }: Question): Reply | undefined =>
    query.includes('quantile_over_time') ? reply : undefined;

interface Told {
  readonly type: string;
  readonly exitCode?: number;
  readonly watch?: {
    readonly metrics: readonly { readonly verdict: { readonly reason?: unknown } }[];
  };
}

const watch = async (config: string) => {
  writeFileSync(path.join(fleet.flake, 'nixup.toml'), config);
  const ended = await fleet.run([process.execPath, program, 'watch', '--json']);
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line): Told => JSON.parse(line));
  const host = events.find(({ type }) => type === 'host-watched');
  return { ...ended, events, reason: host?.watch?.metrics[0]?.verdict.reason };
};

const notReachable = (detail: RegExp) => ({
  kind: 'not-reachable',
  detail: expect.stringMatching(detail),
});

test.skipIf(!hasNix).each<
  [
    string,
    {
      readonly instead?: (question: Question) => Reply | undefined;
      readonly levelOf?: () => number;
      readonly hosts?: readonly string[];
      readonly reason: unknown;
    },
  ]
>([
  ['400 MB', { instead: everything('large'), reason: notReachable(/longer than 16 MiB/) }],
  ['an answer without an end', { instead: metrics('endless'), reason: notReachable(/16 MiB/) }],
  [
    'nonsense',
    {
      instead: everything({ status: 200, body: '<html>Sign in</html>' }),
      reason: notReachable(/the answer is not the one of this service/),
    },
  ],
  ['a cut connection', { instead: everything('cut'), reason: notReachable(/connection was/) }],
  [
    '400 with its words',
    {
      instead: metrics(json({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400)),
      reason: notReachable(/status 400: parse error/),
    },
  ],
  [
    'a redirection',
    {
      instead: everything({ status: 302, headers: { location: 'https://sso.example/' }, body: '' }),
      reason: notReachable(/it redirects to https:\/\/sso\.example\//),
    },
  ],
  ['NaN', { levelOf: () => Number.NaN, reason: { kind: 'no-number' } }],
  ['empty answers', { instead: metrics(vector([])), reason: { kind: 'no-series', before: false } }],
  ['no such host', { hosts: [], reason: { kind: 'no-series', before: false } }],
])(
  '%s: status 4, the reason in JSON, and memory is bounded',
  patience,
  async (_, { reason, hosts = ['host1'], ...options }) => {
    await using server = await startStandIn({ hosts, ...options });
    const told = await watch(`[monitoring]\nprometheus = "${server.url}"\n`);
    expect(told.reason, told.stdout).toEqual(reason);
    expect(told.exitCode, told.stdout).toBe(4);
    expect(told.events.at(-1)).toMatchObject({ type: 'result', exitCode: 4 });
    expect(told.peakBytes).toBeLessThan(mostBytes);
  },
);

/** A day after the generations of the hosts were made: the time that is compared. */
const comparedAt = 1_795_086_400_000;

/** A level that was the same on all days before. */
const since = (level: number) => (_: string, at: number) =>
  Math.abs(at - comparedAt) < 600_000 ? level : 0.2;

test.skipIf(!hasNix).each([
  ['as before', 0, since(0.2)],
  ['worse', 5, since(0.95)],
] as const)(
  'a host whose metrics are %s ends with status %i',
  patience,
  async (_, exitCode, levelOf) => {
    await using server = await startStandIn({ hosts: ['host1'], levelOf });
    writeFileSync(path.join(fleet.folder, 'journal'), 'begins 1790000000.0\nkept on-disk\n');
    const told = await watch(`[monitoring]\nprometheus = "${server.url}"\n`);
    expect(told.exitCode, told.stdout).toBe(exitCode);
    expect(told.events.at(-1)).toMatchObject({ type: 'result', exitCode });
  },
);

test.skipIf(!hasNix)(
  'without a Prometheus and without numbers of sysstat a calibration says so',
  patience,
  async () => {
    writeFileSync(path.join(fleet.flake, 'nixup.toml'), '');
    const ended = await fleet.run([process.execPath, program, 'watch', '--calibrate']);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(
      /host1: no Prometheus is configured, and sysstat on the host has kept nothing/,
    );
  },
);
