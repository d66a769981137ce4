import type { MonitoringConfig } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showInstant } from '../../model/words/format-time.ts';
import {
  parseAnnotationId,
  parseAnnotationIds,
  parseSilenceId,
  parseSilences,
} from '../../parsers/board/marks.ts';
import { redact } from '../../parsers/redact.ts';
import { type AskWeb, createWeb, type WebWorld } from './web.ts';

/** A deploy, as it is told to Alertmanager and Grafana. */
interface MarkedDeploy {
  readonly run: string;
  readonly hosts: readonly string[];
  /** Names of their exporters that are not the names of the hosts. */
  readonly instances: readonly string[];
  readonly at: number;
}

/**
 * One kind of mark that a deploy leaves elsewhere. What is taken back is found by the name of the run: the answer that told
 * its id may be lost.
 */
export interface Mark {
  make(deploy: MarkedDeploy): Promise<Result<string, Failure>>;
  takeBack(run: string, at: number): Promise<Result<string, Failure>>;
  close(): Promise<void>;
}

const ask = async <Value>(
  web: AskWeb,
  url: string,
  [path, question]: readonly [path: string, question?: Parameters<AskWeb>[1]],
  parse: (text: string) => Value | null,
): Promise<Result<Value, Failure>> => {
  const answer = await web(path, question);
  if (!answer.ok) return answer;
  const failure = (detail: string): Result<never, Failure> =>
    failed({ code: 'http-failed', url: `${redact(url)}${path.split('?')[0] ?? path}`, detail });
  const { status, body } = answer.value;
  if (status === 401 || status === 403) return failure(`status ${status}: the login was refused`);
  if (status !== 200) return failure(`status ${status}`);
  const value = parse(body);
  return value === null ? failure('the answer is not the one of this service') : success(value);
};

const commentOf = (run: string): string => `nixup deploy, run ${run}`;

const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');

/** `p620`, `p620:9100`, `p620.home:9100`: whatever exporter of the host an alert is of. */
const instancePattern = ({ hosts, instances }: MarkedDeploy): string =>
  `(${[...hosts, ...instances.map((name) => name.replace(/:\d+$/, ''))].map(literally).join('|')})(\\..+)?(:[0-9]+)?`;

/** Alerts of the hosts are silent; API version 2 of Alertmanager (api/v2/openapi.yaml). */
const silenceIn = (web: AskWeb, url: string, forMs: number): Mark => ({
  make: async (deploy) => {
    const body = JSON.stringify({
      matchers: [
        { name: 'instance', value: instancePattern(deploy), isRegex: true, isEqual: true },
      ],
      startsAt: showInstant(deploy.at),
      endsAt: showInstant(deploy.at + forMs),
      createdBy: 'nixup',
      comment: commentOf(deploy.run),
    });
    const made = await ask(web, url, ['/api/v2/silences', { body }], parseSilenceId);
    return made.ok
      ? success(`silence ${made.value} until ${showInstant(deploy.at + forMs)}`)
      : made;
  },
  takeBack: async (run) => {
    const silences = await ask(web, url, ['/api/v2/silences'], parseSilences);
    if (!silences.ok) return silences;
    const own = silences.value.filter(({ comment }) => comment === commentOf(run));
    for (const { id } of own) {
      const gone = await ask(web, url, [`/api/v2/silence/${id}`, { method: 'DELETE' }], () => true);
      if (!gone.ok) return gone;
    }
    return success(
      own.length === 0
        ? 'no silence is left'
        : `silence ${own.map(({ id }) => id).join(', ')} removed`,
    );
  },
  close: web.close,
});

const tagOf = (run: string): string => `nixup-${run}`;

/** A deploy as an annotation of all dashboards (Grafana, HTTP API, Annotations). */
const annotationIn = (web: AskWeb, url: string, then: 'keep' | 'remove'): Mark => ({
  make: async ({ run, hosts, at }) => {
    const body = JSON.stringify({
      time: at,
      tags: ['nixup', 'deploy', tagOf(run)],
      text: `nixup deploys ${hosts.join(', ')}`,
    });
    const made = await ask(web, url, ['/api/annotations', { body }], parseAnnotationId);
    return made.ok ? success(`annotation ${made.value}`) : made;
  },
  takeBack: async (run, at) => {
    const tag = encodeURIComponent(tagOf(run));
    const found = await ask(web, url, [`/api/annotations?tags=${tag}`], parseAnnotationIds);
    if (!found.ok) return found;
    for (const id of found.value) {
      const question =
        then === 'remove'
          ? ({ method: 'DELETE' } as const)
          : ({ method: 'PATCH', body: JSON.stringify({ timeEnd: at }) } as const);
      const done = await ask(web, url, [`/api/annotations/${id}`, question], () => true);
      if (!done.ok) return done;
    }
    if (found.value.length === 0) return success('no annotation is left');
    return success(
      `annotation ${found.value.join(', ')} ${then === 'remove' ? 'removed' : 'ended'}`,
    );
  },
  close: web.close,
});

/** The marks that the configuration asks for. */
export const createMarks = (
  world: WebWorld,
  { alertmanager, silence, grafana, annotate }: MonitoringConfig,
): Readonly<Record<'silence' | 'annotation', Mark | null>> => ({
  silence:
    alertmanager === null || silence === null
      ? null
      : silenceIn(createWeb(world, alertmanager), alertmanager.url, silence),
  annotation:
    grafana === null || annotate === null
      ? null
      : annotationIn(createWeb(world, grafana), grafana.url, annotate),
});
