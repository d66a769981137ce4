import type { Command } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { fitTitle } from '../../model/forge/fit.ts';
import { type RequestBranches, requestLink } from '../../model/forge/forge.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, adviceOf, advise, advised } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { redact } from '../../parsers/redact.ts';
import type { World } from '../world/world.ts';
import { byCommand } from './signs.ts';
import type {
  ForgeTool,
  OpenRequest,
  RequestState,
  RequestText,
  ToolCall,
  ToolPlace,
} from './tool.ts';

type ForgeWorld = Pick<World, 'exec'>;

/** The program of a forge, at one repository. */
export interface Forge extends ToolPlace {
  readonly tool: ForgeTool;
  /** The root of the repository here: the programs read its remotes. */
  readonly root: string;
}

const timeoutMs = 60_000;
/** A question changes nothing, and others wait for its answer. */
const questionMs = 15_000;

/** The branch of nixup's own request for a commit. */
export const ownBranch = (revision: string): string => `nixup/${showCommit(revision)}`;

/** Whether a branch is one of these: a person may have branches below `nixup/` too. */
export const isOwnBranch = (branch: string): boolean => /^nixup\/[0-9a-f]{12}$/.test(branch);

/** A call of the program, as it is shown and as it runs. */
export const forgeCommand = ({ tool, root }: Forge, { args }: ToolCall): Command => ({
  file: tool.program,
  args,
  cwd: root,
  env: tool.env,
});

const refused = (operation: string, detail: string, next: Advice | string): Failure => ({
  code: 'git-refused',
  operation,
  detail,
  ...advised(next),
});

/**
 * Why a forge did not do what it was asked. `sure`: until a person changes something; `unsure`: it may do it by the next call;
 * `silent`: it did not answer in time; `by-hand`: there is no program for it, and a person can do it by a link.
 */
export interface ForgeRefusal {
  readonly kind: 'sure' | 'unsure' | 'silent' | 'by-hand';
  readonly failure: Failure;
}

const wordsOf = (failure: Failure): readonly string[] =>
  'tail' in failure ? failure.tail.map(redact) : [];

/** What a refusal means, and the way on from it. The link opens the request by hand, whatever is wrong. */
const readRefusal = (
  { tool, repository }: Forge,
  operation: string,
  failure: Failure,
  branches: RequestBranches,
): ForgeRefusal => {
  const because = (
    kind: ForgeRefusal['kind'],
    detail: string,
    next: Advice | string,
  ): ForgeRefusal => ({ kind, failure: refused(operation, detail, next) });
  if (failure.code === 'canceled') return { kind: 'unsure', failure };
  const { program } = tool;
  const link = requestLink(tool.forge, repository, branches);
  if (failure.code === 'program-missing')
    return because(
      'by-hand',
      `${program} is not installed`,
      advise(
        `Open it by hand: ${link} . Or install ${program} (nix shell nixpkgs#${program}), then open it for the commit that exists`,
        'nixup commit --pr',
      ),
    );
  if (failure.code === 'command-timeout') {
    const [status = []] = tool.logins;
    return because(
      'silent',
      `${program} did not answer within ${showLimit(failure.afterMs)}: it or ${repository.host} waits for something`,
      adviceOf(byCommand(`see whether ${program} answers you`, [program, ...status].join(' '))),
    );
  }
  const tail = wordsOf(failure);
  const words = tail.join('\n');
  const place = { ...branches, host: repository.host };
  for (const [sign, refusal] of tool.signs)
    if (sign.test(words)) {
      const read = refusal(place, words);
      return because(read.isPassing === true ? 'unsure' : 'sure', read.detail, adviceOf(read));
    }
  if (failure.code === 'command-failed' && failure.exitCode === tool.loginStatus)
    return because(
      'sure',
      `${program} is not logged in`,
      advise('log in', tool.login(repository.host)),
    );
  return because(
    'unsure',
    tail.at(-1) ?? `${program} gave no reason`,
    advise('Do it by hand', link),
  );
};

const explainRefusal = (...refusal: Parameters<typeof readRefusal>): Failure =>
  readRefusal(...refusal).failure;

const ask = async (
  world: ForgeWorld,
  forge: Forge,
  call: ToolCall,
  isQuiet: boolean,
): Promise<Result<{ readonly stdout: string; readonly stderr: string }, Failure>> => {
  const answer = await world.exec(forgeCommand(forge, call), {
    timeoutMs: isQuiet ? questionMs : timeoutMs,
    ...(isQuiet ? { quiet: true } : {}),
    ...(call.input === undefined ? {} : { input: call.input }),
  });
  return answer.ok ? success(answer.value) : failed(answer.failure);
};

/** Pages that are asked for at most: a server that gives the same one for ever is left. */
const mostPages = 100;

/** Every request that is open, into one branch or into any. */
export const listRequests = async (
  world: ForgeWorld,
  forge: Forge,
  into: string | null,
  branch = 'BRANCH',
): Promise<Result<readonly OpenRequest[], ForgeRefusal>> => {
  const { tool } = forge;
  const operation = `list the open ${tool.request}s`;
  const found = new Map<string, OpenRequest>();
  for (let page = 1; page <= mostPages; page += 1) {
    const call = tool.list(forge, into, page);
    const answer = await ask(world, forge, call, true);
    if (!answer.ok)
      return failed(
        readRefusal(forge, operation, answer.failure, { branch, into: into ?? 'main' }),
      );
    const read = tool.readList(answer.value.stdout);
    if (read === null)
      return failed({
        kind: 'unsure',
        failure: refused(
          operation,
          `${tool.program} did not list them in a form that nixup knows`,
          advise('look at them', [tool.program, ...call.args].join(' ')),
        ),
      });
    const before = found.size;
    for (const request of read) found.set(request.id, request);
    if (tool.pagesFrom === null || read.length < tool.pagesFrom || found.size === before) break;
  }
  return success([...found.values()]);
};

/** A request of nixup's, and the addresses of others of its own that are open into the same branch. */
export interface OwnRequest extends OpenRequest {
  readonly others: readonly string[];
}

/** The request of nixup's that is open into a branch; null when there is none. */
export const findOwn = async (
  world: ForgeWorld,
  forge: Forge,
  { branch, into }: RequestBranches,
): Promise<Result<OwnRequest | null, ForgeRefusal>> => {
  const listed = await listRequests(world, forge, into, branch);
  if (!listed.ok) return listed;
  const [own, ...others] = listed.value.filter(
    (one) => isOwnBranch(one.branch) && !one.isForeign && (one.into === '' || one.into === into),
  );
  return success(own === undefined ? null : { ...own, others: others.map(({ url }) => url) });
};

const address = /https?:\/\/[^\s'"<>\p{Cc}]+/gu;

/** How a request or an issue ends the address of its page, behind the path of the repository. */
const pageOfNumber = /^(?:-\/)?(?:pull|pulls|merge_requests|issues)\/\d+/;

/**
 * The page of a request or an issue of this repository. Programs also print news of themselves and pages that help,
 * so no other address counts. The server may have another name there than for git.
 */
const pageIn = ({ repository }: Forge, text: string): string | undefined => {
  const path = `/${repository.path.toLowerCase()}/`;
  for (const [url] of text.matchAll(address)) {
    const at = url.toLowerCase().indexOf(path);
    const rest = at < 0 ? '' : url.slice(at + path.length);
    const page = pageOfNumber.exec(rest)?.[0];
    if (page !== undefined) return `${url.slice(0, at + path.length)}${page}`;
  }
  return undefined;
};

/** The request that is open for a branch, by the list. */
const requestOf = async (
  world: ForgeWorld,
  forge: Forge,
  { branch, into }: RequestBranches,
): Promise<OpenRequest | undefined> => {
  const listed = await listRequests(world, forge, into);
  return listed.ok
    ? listed.value.find((one) => one.branch === branch && !one.isForeign)
    : undefined;
};

/** A new request, or one that somebody opened meanwhile. */
type OpenedRequest = { readonly kind: 'opened' | 'found'; readonly url: string };

/** Opens a request for a branch that was pushed. */
export const openRequest = async (
  world: ForgeWorld,
  forge: Forge,
  branches: RequestBranches,
  { title, body }: RequestText,
): Promise<Result<OpenedRequest, Failure>> => {
  const { tool } = forge;
  const operation = `open a ${tool.request}`;
  const call = tool.open(forge, branches, { title: fitTitle(title), body });
  const answer = await ask(world, forge, call, false);
  if (!answer.ok) {
    const { failure } = answer;
    const words = wordsOf(failure).join('\n');
    const page = pageIn(forge, words);
    const wasThere = /already exists|already has an open/i.test(words);
    // It was stopped while it waited, or ended badly after it named a page: the server may have the request.
    const mayBeMade =
      failure.code === 'command-timeout' ||
      failure.code === 'command-killed' ||
      (page !== undefined && !wasThere);
    const made = mayBeMade ? await requestOf(world, forge, branches) : undefined;
    if (made !== undefined) return success({ kind: 'opened', url: made.url });
    if (wasThere) {
      const there = page ?? (await requestOf(world, forge, branches))?.url;
      if (there !== undefined) return success({ kind: 'found', url: there });
    }
    return failed(explainRefusal(forge, operation, failure, branches));
  }
  // Some print no address, or that of a repository that was renamed: the list has it.
  const url =
    pageIn(forge, `${answer.value.stdout}\n${answer.value.stderr}`) ??
    (await requestOf(world, forge, branches))?.url;
  return url === undefined
    ? failed(
        refused(
          operation,
          `${tool.program} printed no address`,
          advise(`look whether it is there`, requestLink(tool.forge, forge.repository, branches)),
        ),
      )
    : success({ kind: 'opened', url });
};

/** Gives a request another title and text. */
export const editRequest = async (
  world: ForgeWorld,
  forge: Forge,
  request: Pick<OpenRequest, 'id' | 'branch' | 'into'>,
  { title, body }: RequestText,
): Promise<Result<void, Failure>> => {
  const call = forge.tool.edit(forge, request.id, { title: fitTitle(title), body });
  const answer = await ask(world, forge, call, false);
  return answer.ok
    ? success(undefined)
    : failed(explainRefusal(forge, `edit the ${forge.tool.request}`, answer.failure, request));
};

/** What the forge itself says of a request: the proof of every change of it. */
export const requestState = async (
  world: ForgeWorld,
  forge: Forge,
  request: Pick<OpenRequest, 'id' | 'branch' | 'into'>,
): Promise<Result<RequestState, Failure>> => {
  const { tool } = forge;
  const operation = `ask for the ${tool.request}`;
  let last = '';
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await ask(world, forge, tool.state(forge, request.id, page), true);
    if (!answer.ok) return failed(explainRefusal(forge, operation, answer.failure, request));
    const { stdout } = answer.value;
    const state = tool.readState(stdout, request.id);
    if (state !== null) return success(state);
    if (stdout === last || tool.isOnLaterPage?.(stdout) !== true) break;
    last = stdout;
  }
  return failed(
    refused(
      operation,
      `${tool.program} did not say how it stands in a form that nixup knows`,
      advise('look at it', [tool.program, ...tool.state(forge, request.id, 1).args].join(' ')),
    ),
  );
};

/** What another version, or another setting of the repository, does not take: the next way is tried. */
const isOtherWay = (failure: Failure): boolean =>
  /unknown flag|flag provided but not defined|not allowed|not enabled|auto.?merge|clean status|does not have|match-head-commit|--(?:merge|rebase|squash) .*required/i.test(
    wordsOf(failure).join('\n'),
  );

/** Set to be merged once the forge's own checks pass, or merged at once: the forge says which. */
export const mergeRequest = async (
  world: ForgeWorld,
  forge: Forge,
  request: Pick<OpenRequest, 'id' | 'branch' | 'into'>,
  revision: string,
): Promise<Result<'merging' | 'merged', Failure>> => {
  const { tool } = forge;
  const operation = `merge the ${tool.request}`;
  let last: Failure | null = null;
  for (const call of tool.merge(forge, request.id, revision)) {
    const answer = await ask(world, forge, call, false);
    if (answer.ok) {
      const state = await requestState(world, forge, request);
      if (!state.ok) return state;
      return state.value === 'closed'
        ? failed(
            refused(
              operation,
              `it is closed, and not merged`,
              advise('look at it', requestLink(tool.forge, forge.repository, request)),
            ),
          )
        : success(state.value === 'merged' ? 'merged' : 'merging');
    }
    last = answer.failure;
    if (!isOtherWay(answer.failure)) break;
  }
  return failed(
    last === null
      ? refused(operation, `${tool.program} has no way to merge`, 'merge it by hand')
      : explainRefusal(forge, operation, last, request),
  );
};

/** What became of a request that was to be closed. */
interface ClosedRequest {
  readonly state: 'closed' | 'merged';
  /** Why the reason could not be said there; null where it was. */
  readonly unsaid: Failure | null;
}

/** Closes a request, proven by what the forge says then, and says the reason there. */
export const closeRequest = async (
  world: ForgeWorld,
  forge: Forge,
  request: Pick<OpenRequest, 'id' | 'branch' | 'into'>,
  reason: string,
): Promise<Result<ClosedRequest, Failure>> => {
  const { tool } = forge;
  const operation = `close the ${tool.request}`;
  const answer = await ask(world, forge, tool.close(forge, request.id), false);
  if (!answer.ok) return failed(explainRefusal(forge, operation, answer.failure, request));
  const state = await requestState(world, forge, request);
  if (!state.ok) return state;
  if (state.value === 'open')
    return failed(
      refused(
        operation,
        `${tool.program} said nothing against it, and it is still open`,
        advise('look at it', requestLink(tool.forge, forge.repository, request)),
      ),
    );
  if (state.value === 'merged') return success({ state: state.value, unsaid: null });
  const said = await ask(world, forge, tool.comment(forge, request.id, reason), false);
  return success({
    state: state.value,
    unsaid: said.ok
      ? null
      : explainRefusal(forge, `say why the ${tool.request} is closed`, said.failure, request),
  });
};

/** Opens an issue; answers its address. */
export const openIssue = async (
  world: ForgeWorld,
  forge: Forge,
  { title, body }: RequestText,
): Promise<Result<string, Failure>> => {
  const { tool } = forge;
  const operation = 'open an issue';
  const call = tool.issue(forge, { title: fitTitle(title), body });
  const answer = await ask(world, forge, call, false);
  const branches = { branch: 'BRANCH', into: 'main' };
  if (!answer.ok) return failed(explainRefusal(forge, operation, answer.failure, branches));
  const url = pageIn(forge, `${answer.value.stdout}\n${answer.value.stderr}`);
  return url === undefined
    ? failed(refused(operation, `${tool.program} printed no address`, 'look at the issues there'))
    : success(url);
};
