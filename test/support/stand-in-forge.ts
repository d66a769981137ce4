import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request as the stand-in keeps it. */
interface KeptRequest {
  readonly number: number;
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly comments: readonly string[];
  readonly isForeign?: boolean;
}

/** How a call fails: by its first two words, `pr create`. */
interface Failing {
  readonly call: string;
  readonly says: string;
  readonly status: number;
  /** Only a call with this word fails. */
  readonly word?: string;
}

export interface StandInForge {
  /** To put before PATH. */
  readonly bin: string;
  /** What the program was asked, call by call. */
  calls(): readonly (readonly string[])[];
  requests(): readonly KeptRequest[];
  /** Title and text of the last issue. */
  issue(): string;
  set(requests: readonly KeptRequest[]): void;
  fail(...failing: readonly Failing[]): void;
}

/**
 * A program in the place of gh, glab or tea, which keeps requests in a file, records what it is asked, and
 * takes the flags that the real one has. The real ones: cli/cli pkg/cmd/pr, gitlab-org/cli
 * internal/commands/mr, gitea/tea cmd/pulls.
 */
const script = (folder: string): string => `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const folder = ${JSON.stringify(folder)};
const name = path.basename(process.argv[1]);
const args = process.argv.slice(2);
fs.appendFileSync(path.join(folder, 'calls'), JSON.stringify(args) + '\\n');
const failing = JSON.parse(fs.readFileSync(path.join(folder, 'failing'), 'utf8'));
const call = args.slice(0, 2).join(' ');
const fails = failing.find((one) => one.call === call && (one.word === undefined || args.includes(one.word)));
if (fails !== undefined) {
  process.stderr.write(fails.says + '\\n');
  process.exit(fails.status);
}
const file = path.join(folder, 'requests');
const kept = JSON.parse(fs.readFileSync(file, 'utf8'));
const save = () => fs.writeFileSync(file, JSON.stringify(kept));
const value = (...flags) => {
  for (const flag of flags) {
    const found = args.find((one) => one.startsWith('--' + flag + '='));
    if (found !== undefined) return found.slice(flag.length + 3);
  }
  return undefined;
};
const flags = {
  'gh pr create': ['head', 'base', 'title', 'body-file', 'repo'],
  'gh pr list': ['state', 'base', 'limit', 'json', 'repo'],
  'gh pr edit': ['title', 'body-file', 'repo'],
  'gh pr merge': ['auto', 'merge', 'rebase', 'squash', 'match-head-commit', 'repo'],
  'gh pr close': ['repo'],
  'gh pr comment': ['body-file', 'repo'],
  'gh pr view': ['json', 'repo'],
  'gh issue create': ['title', 'body-file', 'repo'],
  'gh auth status': [],
  'glab mr create': ['source-branch', 'target-branch', 'title', 'description', 'yes', 'repo'],
  'glab mr list': ['target-branch', 'per-page', 'page', 'output', 'repo'],
  'glab mr update': ['title', 'description', 'yes', 'repo'],
  'glab mr merge': ['auto-merge', 'sha', 'yes', 'repo'],
  'glab mr note': ['message', 'repo'],
  'glab mr close': ['repo'],
  'glab mr view': ['output', 'repo'],
  'glab issue create': ['title', 'description', 'yes', 'repo'],
  'glab auth status': ['all'],
  'tea pulls create': ['head', 'base', 'title', 'description', 'remote'],
  'tea pulls list': ['state', 'limit', 'page', 'fields', 'output', 'remote'],
  'tea pulls edit': ['title', 'description', 'remote'],
  'tea pulls merge': ['style', 'remote'],
  'tea pulls close': ['remote'],
  'tea issues create': ['title', 'description', 'remote'],
  'tea login list': ['output'],
};
const key = args[0] === 'comment' ? 'tea comment' : name + ' ' + call;
const known = key === 'tea comment' ? ['remote'] : flags[key];
if (known === undefined) { process.stderr.write('unknown command ' + call + '\\n'); process.exit(1); }
for (const arg of args) {
  const flag = /^--([a-z-]+)/.exec(arg)?.[1];
  if (flag !== undefined && !known.includes(flag)) { process.stderr.write('unknown flag: --' + flag + '\\n'); process.exit(1); }
}
const host = { gh: 'https://github.com/ada/fleet/pull/', glab: 'https://gitlab.com/ada/fleet/-/merge_requests/', tea: 'https://codeberg.org/ada/fleet/pulls/' }[name];
const body = () => (value('body-file') === '-' ? fs.readFileSync(0, 'utf8') : value('description'));
const words = args.slice(2).filter((one) => !one.startsWith('--'));
const one = () => {
  const id = key === 'tea comment' ? args.slice(1).filter((word) => !word.startsWith('--'))[0] : words[0];
  const found = kept.find(({ number }) => String(number) === id || host + number === id);
  if (found === undefined) { process.stderr.write('404 not found\\n'); process.exit(1); }
  return found;
};
const verb = args[0] === 'comment' ? 'comment' : args[0] === 'auth' || args[0] === 'login' ? 'logins' : args[0].startsWith('issue') ? 'issue' : args[1];
switch (verb) {
  case 'logins':
    process.stdout.write(fs.readFileSync(path.join(folder, 'logins'), 'utf8'));
    break;
  case 'create': {
    const number = kept.length + 1;
    kept.push({ number, branch: value('head', 'source-branch'), base: value('base', 'target-branch'), title: value('title'), body: body(), state: 'open', comments: [] });
    save();
    process.stdout.write(host + number + '\\n');
    break;
  }
  case 'issue':
    fs.writeFileSync(path.join(folder, 'issue'), value('title') + '\\n' + body());
    process.stdout.write(host.replace(/[a-z_-]+\\/$/, 'issues/') + '1\\n');
    break;
  case 'list': {
    const all = kept.filter(({ state, base }) => (value('state') === 'all' || state === 'open') && (value('base', 'target-branch') ?? base) === base);
    // Newest first. GitLab gives 100 of a page at most, Gitea and Forgejo 50; gh pages by itself, up to its limit.
    const most = name === 'gh' ? Number(value('limit') ?? 30) : Math.min(Number(value('limit', 'per-page') ?? 30), name === 'glab' ? 100 : 50);
    const start = (Number(value('page') ?? 1) - 1) * most;
    process.stdout.write(JSON.stringify(all.toReversed().slice(start, start + most).map((r) => name === 'gh'
      ? { url: host + r.number, headRefName: r.branch, baseRefName: r.base, isCrossRepository: r.isForeign === true, title: r.title, author: { login: 'ada' } }
      : name === 'glab'
        ? { iid: r.number, web_url: host + r.number, source_branch: r.branch, target_branch: r.base, source_project_id: r.isForeign ? 2 : 1, target_project_id: 1, title: r.title, author: { username: 'ada' } }
        : { index: String(r.number), url: host + r.number, head: (r.isForeign ? 'eve:' : '') + r.branch, base: r.base, title: r.title, author: 'ada', state: r.state })));
    break;
  }
  case 'edit':
  case 'update': {
    const found = one();
    found.title = value('title');
    found.body = body();
    save();
    break;
  }
  case 'merge': { one().state = 'merged'; save(); break; }
  case 'note': { one().comments.push(value('message')); save(); break; }
  case 'comment': { one().comments.push(name === 'gh' ? body() : args.filter((word) => !word.startsWith('--'))[2]); save(); break; }
  case 'close': {
    const found = one();
    found.state = 'closed';
    save();
    break;
  }
  case 'view': {
    const { state } = one();
    process.stdout.write(JSON.stringify({ state: name === 'gh' ? state.toUpperCase() : state === 'open' ? 'opened' : state }));
    break;
  }
}
`;

/** The stand-in for these programs, in a folder of its own; `logins`: what they print of their servers. */
export const standInForge = (
  folder: string,
  programs: readonly ('gh' | 'glab' | 'tea')[],
  logins = '',
): StandInForge => {
  const bin = join(folder, 'forge-bin');
  const state = join(folder, 'forge-state');
  for (const one of [bin, state]) mkdirSync(one, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(bin, program), script(state));
    chmodSync(join(bin, program), 0o755);
  }
  const set = (requests: readonly KeptRequest[]): void =>
    writeFileSync(join(state, 'requests'), JSON.stringify(requests));
  const fail = (...failing: readonly Failing[]): void =>
    writeFileSync(join(state, 'failing'), JSON.stringify(failing));
  set([]);
  fail();
  writeFileSync(join(state, 'logins'), logins);
  return {
    bin,
    calls: () =>
      existsSync(join(state, 'calls'))
        ? readFileSync(join(state, 'calls'), 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line): readonly string[] => JSON.parse(line))
        : [],
    issue: () => readFileSync(join(state, 'issue'), 'utf8'),
    requests: () => JSON.parse(readFileSync(join(state, 'requests'), 'utf8')),
    set,
    fail,
  };
};
