import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { Clock, HttpRequest, HttpResponse } from '../../services/world/world.ts';
import type { DemoRanges } from '../git/ranges.ts';
import type { DemoSubject } from '../git/subjects.ts';
import type { Machine } from '../machine/machine.ts';
import { monitoringAnswer, type Page } from './monitoring.ts';

interface DemoWebOptions {
  readonly clock: Clock;
  readonly ranges: DemoRanges;
  /** The machines that are watched. */
  readonly machines: () => readonly Machine[];
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

const githubCommit = ({ revision, subject, body, author, at }: DemoSubject) => ({
  sha: revision,
  commit: {
    message: `${subject}\n\n${body}`,
    committer: { date: iso(at) },
    author: { name: author, date: iso(at) },
  },
});

const gitlabCommit = ({ revision, subject, body, author, at }: DemoSubject) => ({
  id: revision,
  title: subject,
  message: `${subject}\n\n${body}`,
  author_name: author,
  committed_date: iso(at),
});

const notFound: Page = { status: 404, body: { message: 'Not Found' } };

/** `GET /repos/{owner}/{repo}/compare/{base}...{head}`, a page of it. */
const compareOnGithub = (ranges: DemoRanges, url: URL): Page => {
  const [, from = '', to = ''] =
    /\/compare\/([0-9a-f]+)\.\.\.([0-9a-f]+)$/.exec(url.pathname) ?? [];
  const range = ranges(from, to);
  if (range === null) return notFound;
  const size = Number(url.searchParams.get('per_page') ?? 100);
  const page = Number(url.searchParams.get('page') ?? 1);
  const { count, isBehind } = range;
  const commits = isBehind ? [] : range.commits((page - 1) * size + 1, page * size);
  return {
    status: 200,
    body: {
      status: isBehind ? 'behind' : 'ahead',
      ahead_by: isBehind ? 0 : count,
      behind_by: isBehind ? count : 0,
      total_commits: isBehind ? 0 : count,
      commits: commits.map(githubCommit),
    },
  };
};

const compareOnGitlab = (ranges: DemoRanges, url: URL): Page => {
  const range = ranges(url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? '');
  if (range === null) return notFound;
  const commits = range.isBehind ? [] : range.commits(1, range.count);
  return { status: 200, body: { commits: commits.map(gitlabCommit) } };
};

const answerFor = (
  options: DemoWebOptions,
  url: URL,
  form: URLSearchParams | undefined,
): Page | null => {
  switch (url.host) {
    case 'api.github.com':
      return compareOnGithub(options.ranges, url);
    case 'gitlab.com':
      return compareOnGitlab(options.ranges, url);
    case 'p620:9090':
    case 'p620:3001':
      return monitoringAnswer(url, form, options.machines(), options.clock.now());
    default:
      return null;
  }
};

/** The web of the demo: forges, a cache, Prometheus and Grafana; nothing else is there. */
export const createDemoWeb =
  (options: DemoWebOptions) =>
  async (request: HttpRequest): Promise<Result<HttpResponse, Failure>> => {
    const { clock } = options;
    const started = clock.now();
    await clock.sleep(90, request.signal);
    if (request.signal?.aborted === true) return failed({ code: 'canceled', what: request.url });
    const page = URL.canParse(request.url)
      ? answerFor(options, new URL(request.url), request.form)
      : null;
    if (page === null)
      return failed({
        code: 'http-failed',
        url: request.url,
        detail: 'the demo has no such server',
      });
    const body = typeof page.body === 'string' ? page.body : JSON.stringify(page.body);
    return success({ status: page.status, headers: {}, body, tookMs: clock.now() - started });
  };
