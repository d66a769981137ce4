import type { ForgeName } from '../../model/config/forge-names.ts';
import type { RequestBranches } from '../../model/forge/forge.ts';
import type { RemoteRepository } from '../../model/forge/remote.ts';
import type { Advised } from '../../model/words/advice.ts';

/** One call of a program: what it is asked, and what it reads. */
export interface ToolCall {
  readonly args: readonly string[];
  readonly input?: string;
}

/** A request that is open on the forge. */
export interface OpenRequest extends RequestBranches {
  /** How the program is told of it. */
  readonly id: string;
  readonly url: string;
  /** From another repository: another one's branch may have any name. */
  readonly isForeign: boolean;
  readonly author: string | null;
  readonly title: string;
}

/** What the forge says of one request. */
export type RequestState = 'open' | 'merged' | 'closed';

export interface RequestText {
  readonly title: string;
  readonly body: string;
}

/** Where a program works: the repository, and the remote that leads to it. */
export interface ToolPlace {
  readonly repository: RemoteRepository;
  readonly remote: string;
}

/** A refusal of the program, by what it says; `null` words: by its status alone. */
interface ToolRefusal extends Advised {
  readonly detail: string;
  /** It may be over by the next call, without anybody's doing. */
  readonly isPassing?: true;
}

interface RefusalPlace extends RequestBranches {
  readonly host: string;
}

export type RefusalSign = readonly [RegExp, (place: RefusalPlace, words: string) => ToolRefusal];

/** A program that makes, edits, merges and closes requests, as data. Options take their value after `=`. */
export interface ForgeTool {
  readonly forge: ForgeName;
  readonly program: string;
  /** How a person calls a request there. */
  readonly request: 'pull request' | 'merge request';
  /** So that it asks nothing, draws nothing, and says no news of itself. */
  readonly env: Readonly<Record<string, string>>;
  /** Prints the servers that it is logged into: the first that it knows. */
  readonly logins: readonly (readonly string[])[];
  readonly login: (host: string) => string;
  /** `page`: from 1. */
  list(place: ToolPlace, into: string | null, page: number): ToolCall;
  /**
   * An answer with at least so many requests may have another page; null where the program pages by itself.
   */
  readonly pagesFrom: number | null;
  /** Null where the answer has another form. */
  readList(stdout: string): readonly OpenRequest[] | null;
  /** From the address of a request. */
  idOf(url: string): string;
  open(place: ToolPlace, branches: RequestBranches, text: RequestText): ToolCall;
  edit(place: ToolPlace, id: string, text: RequestText): ToolCall;
  /** One after the other, until one is taken: older versions and other settings of the repository know other words. */
  merge(place: ToolPlace, id: string, revision: string): readonly ToolCall[];
  close(place: ToolPlace, id: string): ToolCall;
  /** Said after it is closed: a close that fails is tried again, and would say it again. */
  comment(place: ToolPlace, id: string, text: string): ToolCall;
  /** `page`, from 1, where one answer may not list the request. */
  state(place: ToolPlace, id: string, page: number): ToolCall;
  /** Null where the answer has another form, or does not name the request. */
  readState(stdout: string, id: string): RequestState | null;
  /** Whether the answer is a page of many requests that has not this one, and more may follow. */
  isOnLaterPage?(stdout: string): boolean;
  issue(place: ToolPlace, text: RequestText): ToolCall;
  readonly signs: readonly RefusalSign[];
  /** The status by which it says that nobody is logged in; null where it has none. */
  readonly loginStatus: number | null;
}
