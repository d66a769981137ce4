import type { Failure } from '../failure.ts';
import { refusedNameWords } from '../host/address.ts';
import { lockAdvice } from '../inputs/advice.ts';
import { unseenRemedy, unseenSentence } from '../nix/unseen-file.ts';
import { activeAdvice, activeSentence } from '../run/active-words.ts';
import { type Advice, adviceOf, adviceSentence, advise } from '../words/advice.ts';
import { explainDeed } from './deed.ts';
import { explainTool } from './explain-tool.ts';
import { type Explanation, nearestHint, shell, told } from './explanation.ts';
import { explainHost } from './host.ts';
import { explainNix } from './nix.ts';
import { explainProcess } from './process.ts';

const place = (file: string, line: number | null): string =>
  line === null ? file : `${file}, line ${line}`;

const folderOf = (path: string): string => path.replace(/\/[^/]*$/, '') || '/';

const flakeAdvice = (path: string): Advice =>
  path.includes('#')
    ? advise(
        'Name the folder without what follows the #',
        shell('nixup', '--flake', path.replace(/#.*$/, '')),
      )
    : advise("Go to the flake's folder, or name it", 'nixup --flake PATH');

/** What git, or the forge, did not do. */
const refusedWords = (operation: string): string => {
  const [, verb, what] =
    /^(open an?|edit the|merge the|close the|ask for the|list the open) (.*)$/.exec(operation) ??
    [];
  switch (verb) {
    case 'open a':
    case 'open an':
      return `No ${what} was opened`;
    case 'edit the':
      return `The ${what} was not edited`;
    case 'merge the':
      return `The ${what} was not merged`;
    case 'close the':
      return `The ${what} was not closed`;
    case 'ask for the':
      return `How the ${what} stands is not known`;
    case 'list the open':
      return `The open ${what} could not be listed`;
    default:
      break;
  }
  if (operation === 'take the commit to its branch')
    return 'The commit was not taken to its branch';
  if (operation === 'take the branch back') return 'The branch was not taken back';
  return `git ${operation} was refused`;
};

/** Ended with a full stop, where it has no end of its own. */
export const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What happened as a part of a line, without the full stop of a sentence. */
export const explainShortly = (failure: Failure): string =>
  explain(failure).what.replace(/\.$/, '');

/** What is longer is a script that nixup runs on a host, and not what a person would type. */
const longestCommand = 80;

const shortCommand = (command: string): string =>
  command.length > longestCommand ? `${command.split(' ')[0] ?? ''} …` : command;

/** A failure and its advice as sentences in a row, where there is room for one line only. */
export const explainInLine = (failure: Failure): string => {
  if (
    failure.code === 'command-failed' ||
    failure.code === 'command-killed' ||
    failure.code === 'command-timeout'
  ) {
    // Its last lines have no room there, and neither has what nixup wraps around a script for a host.
    const what = explainShortly({ ...failure, command: shortCommand(failure.command) });
    const last = failure.tail.at(-1) ?? '';
    return `${asSentence(last === '' ? what : `${what}: ${last}`)} @ lists all commands that ran.`;
  }
  const { what, next } = explain(failure);
  return `${asSentence(what)} ${adviceSentence(next)}`;
};

/** What a person can ask the same server: a query of Prometheus has its question in the form, without which it is refused. */
const triedUrl = (url: string): string =>
  /\/api\/v1\/query(?:_range)?$/.test(url) ? `${url.replace(/_range$/, '')}?query=up` : url;

/**
 * All advice for people: what happened, to which host, and what to do next.
 * Every code of {@link Failure} has its own words.
 */
// Whole: a case for each code, so that one without words does not compile.
export const explain = (failure: Failure): Explanation => {
  switch (failure.code) {
    case 'program-missing':
    case 'command-failed':
    case 'command-killed':
    case 'command-timeout':
    case 'canceled':
    case 'output-unreadable':
      return explainProcess(failure);
    case 'host-name-refused':
      return told(
        `The host name ${JSON.stringify(failure.name)} is refused: ${refusedNameWords(failure.name)}.`,
        'Give it another name in nixosConfigurations: letters, digits, dots, underscores and hyphens, beginning with a letter or digit.',
      );
    case 'host-unknown':
      return told(
        `The flake has no host ${failure.name}.${nearestHint(failure.nearest)}`,
        advise('See the hosts with', 'nixup status'),
      );
    case 'tag-unknown':
      return told(
        `No host has the tag @${failure.tag}.${nearestHint(failure.nearest === null ? null : `@${failure.nearest}`)}`,
        failure.known.length === 0
          ? 'No host has a tag yet. Give it some in nixup.toml: [hosts.NAME] tags = ["server"]'
          : `Tags that hosts have: ${failure.known.map((tag) => `@${tag}`).join(', ')}`,
      );
    case 'host-unreachable':
    case 'host-timeout':
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'login-refused':
    case 'ssh-failed':
    case 'login-waits':
    case 'login-shell-failed':
    case 'identity-mismatch':
    case 'not-nixos':
    case 'elevation-refused':
      return explainHost(failure);
    case 'tool-failed':
      return explainTool(failure);
    case 'config-invalid':
      return told(`${place(failure.file, failure.line)}: ${failure.detail}`, adviceOf(failure));
    case 'lock-invalid':
      return told(
        `${place(failure.file, failure.line)}: ${failure.detail}`,
        failure.remedy === undefined
          ? lockAdvice(failure)
          : adviceOf({ ...failure, remedy: failure.remedy }),
      );
    case 'flake-missing':
      return told(`There is no flake.nix in ${failure.path}.`, flakeAdvice(failure.path));
    case 'file-failed':
      return told(
        `The file ${failure.path} could not be used (${failure.operation}): ${failure.detail}`,
        failure.isDiskFull === true
          ? advise('See what fills it with', shell('df', '-h', folderOf(failure.path)))
          : advise('Check it with', shell('ls', '-ld', '--', failure.path)),
      );
    case 'evaluation-failed':
    case 'build-failed':
    case 'input-unknown':
    case 'lock-not-written':
    case 'fetch-failed':
    case 'revert-refused':
      return explainNix(failure);
    case 'copy-failed':
    case 'activation-failed':
    case 'activation-unproven':
    case 'persistence-unproven':
    case 'generation-gone':
    case 'restart-silent':
    case 'space-short':
    case 'taken-back':
      return explainDeed(failure);
    case 'gate-closed':
      return told(
        failure.host === null
          ? `Refused: ${failure.reason}`
          : `Refused for ${failure.host}: ${failure.reason}`,
        adviceOf(failure),
      );
    case 'run-active':
      return told(`${activeSentence(failure.run)}.`, activeAdvice(failure.run));
    case 'git-refused':
      return told(`${refusedWords(failure.operation)}: ${failure.detail}`, adviceOf(failure));
    case 'revision-refused':
    case 'revision-unreadable':
      return told(`${failure.input}: ${failure.detail}.`, adviceOf(failure));
    case 'file-unseen':
      return told(`${unseenSentence(failure.unseen)}.`, unseenRemedy(failure.unseen));
    case 'http-failed':
      return told(
        failure.isAnswered === true
          ? `${failure.url} did not answer as it should: ${failure.detail}`
          : `${failure.url}: ${failure.detail}`,
        advise('Try by hand', shell('curl', '--fail', '--show-error', '--', triedUrl(failure.url))),
      );
  }
};
