import { join, normalize } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { RunOnHost } from '../ssh/run.ts';
import type { World } from '../world/world.ts';

/** How long one script may take on the host, seconds. */
const limitSeconds = 60;

export interface FailedScript {
  /** As the config names it. */
  readonly script: string;
  /** One sentence: what it said last, or why it could not be run. */
  readonly problem: string;
}

/** The words of the first line's interpreter; a script without one is for sh. */
const interpreterOf = (text: string): readonly string[] => {
  const [, line = ''] = /^#!\s*(\S.*)$/m.exec(text.split('\n')[0] ?? '') ?? [];
  const words = line.trim().split(/\s+/);
  return words[0] === '' ? ['sh'] : words;
};

/** Ends the here-document of a script; no script has such a line. */
const end = 'NIXUP_HEALTH_SCRIPT_ENDS';

const remoteScript = (text: string): string => `
folder=$(mktemp -d) || exit 1
cat >"$folder/check" <<'${end}'
${text}
${end}
timeout ${limitSeconds} ${quoteWords(interpreterOf(text))} "$folder/check" 2>&1 </dev/null
status=$?
rm -rf "$folder"
echo
echo "nixup-status $status"
`;

const judge = (output: string): string | null => {
  const status = /^nixup-status (\d+)$/m.exec(output)?.[1];
  if (status === '0') return null;
  if (status === '124') return `did not end within ${limitSeconds} s`;
  const said = output
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '' && !line.startsWith('nixup-status '));
  return `${status === undefined ? 'ended without a status' : `ended with ${status}`}${said === undefined ? '' : `: ${said}`}`;
};

/**
 * Runs the host's own health scripts on it, as root where that needs no question: each is a file of
 * the flake, and status 0 means healthy. Answers those that fail. A lost connection is no failed
 * script.
 */
export const createHealthScripts =
  (world: Pick<World, 'files'>, run: RunOnHost) =>
  async (entry: HostEntry, flake: string): Promise<readonly FailedScript[]> => {
    const failed: FailedScript[] = [];
    const tell = (script: string, why: string): void => {
      failed.push({ script, problem: `${script} ${why}` });
    };
    for (const script of entry.health) {
      if (normalize(script).startsWith('..') || script.startsWith('/')) {
        tell(script, 'is not a file of the flake');
        continue;
      }
      const text = await world.files.read(join(flake, script));
      if (!text.ok || text.value === undefined) {
        tell(script, 'cannot be read here');
        continue;
      }
      const answer = await run(entry, remoteScript(text.value), {
        timeoutMs: (limitSeconds + 30) * 1000,
        privilege: 'wanted',
        does: script,
      });
      if (answer.ok) {
        const problem = judge(answer.value.stdout);
        if (problem !== null) tell(script, problem);
      } else if (answer.failure.code === 'command-failed')
        tell(script, explain(answer.failure).what);
    }
    return failed;
  };
