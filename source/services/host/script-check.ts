import { join, normalize } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { AskCheck, CheckTools } from './ask-check.ts';

/** How long one script may take on the host, seconds. */
const limitSeconds = 60;

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
 * Runs a script of the flake on the host, as root where that needs no question: status 0 means
 * healthy.
 */
export const createScriptCheck =
  ({ world, run }: CheckTools): AskCheck<'script'> =>
  async ({ file }, entry, flake) => {
    if (normalize(file).startsWith('..') || file.startsWith('/'))
      return 'is not a file of the flake';
    const text = await world.files.read(join(flake, file));
    if (!text.ok || text.value === undefined) return 'cannot be read here';
    const answer = await run(entry, remoteScript(text.value), {
      timeoutMs: (limitSeconds + 30) * 1000,
      privilege: 'wanted',
      does: file,
    });
    if (answer.ok) return judge(answer.value.stdout);
    return answer.failure.code === 'command-failed' ? explain(answer.failure).what : null;
  };
