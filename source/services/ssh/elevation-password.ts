import { type Asking, type ElevationTool, elevationRefusedStatus } from './elevation-tools.ts';

const refuse = (why: string): string => `echo "nixup: ${why}" >&2; exit ${elevationRefusedStatus}`;

/** The password's line is read away where nobody asks for it, so that it is not taken for the script. */
const forget = 'IFS= read -r secret; unset secret';

/** sudo reads the password byte by byte and leaves the script. */
const fromStandardInput = (name: string, { prefix }: Asking): string =>
  `exec ${prefix}sh -s ${name} "$user"`;

/**
 * A tool that asks a terminal gets one of its own, from `script`. The script
 * itself goes by named pipes: a terminal would echo it and change its lines.
 * What is typed before the tool asks is thrown away by it, so the password is
 * typed until root's shell says that it is there; it stands in no argument and
 * in no file.
 */
const fromTerminal = (name: string, { prefix }: Asking): string =>
  [
    `command -v script >/dev/null || { ${refuse(`${name} asks a terminal for its password, and there is no script(1) to give it one`)}; }`,
    'IFS= read -r secret',
    'd=$(mktemp -d) && mkfifo "$d/in" "$d/out" "$d/err" || exit 1',
    `echo ": >$d/ok; exec sh -s ${name} $user <$d/in >$d/out 2>$d/err" >"$d/run"`,
    'exec 3<&0',
    '{ cat "$d/out" </dev/null & cat "$d/err" </dev/null >&2 & cat <&3 >"$d/in" & }',
    [
      '{ while [ -e "$d/run" ]; do [ -e "$d/ok" ] || { printf %s "$secret"; echo; }; sleep 0.3; done; }',
      `{ script -qec "${prefix}sh $d/run" /dev/null; echo $? >"$d/status"; rm -f "$d/run"; }`,
      '{ grep -i -E "not permitted|not allowed|not authorized|access denied|no tty" >"$d/refused" || true; }',
    ].join(' 2>/dev/null | '),
    'read -r status <"$d/status"',
    'if [ -e "$d/ok" ]; then wait; rm -rf "$d"; exit $status; fi',
    // Nobody came to the other ends of the pipes: they are opened, so that what waits for that ends.
    'exec 4<>"$d/in" 5<>"$d/out" 6<>"$d/err"; exec 4>&- 5>&- 6>&-',
    `if [ -s "$d/refused" ]; then rm -rf "$d"; ${refuse(`${name} refuses $user`)}; fi`,
    'rm -rf "$d"',
    refuse('the password is wrong'),
  ].join('; ');

const ask = (tool: ElevationTool & { readonly password: Asking }): string => {
  const { name, prefix, password } = tool;
  const unasked = `if ${password.unneeded}; then ${forget}; exec ${prefix}sh -s ${name} "$user"; fi`;
  switch (password.from) {
    case 'standard-input':
      return `${unasked}; ${fromStandardInput(name, password)}`;
    case 'terminal':
      return `${unasked}; ${fromTerminal(name, password)}`;
  }
};

/**
 * Shell text that becomes root by the first of these tools that the host has;
 * the first line of standard input is the password, the rest the script. It
 * holds neither single quotes nor backslashes.
 */
export const withPassword = (tools: readonly ElevationTool[]): string =>
  [
    `if [ "$(id -u)" = 0 ]; then ${forget}; exec sh -s root "$user"; fi`,
    ...tools.flatMap((tool) =>
      tool.password === null
        ? []
        : [
            `if command -v ${tool.name} >/dev/null; then ${ask({ ...tool, password: tool.password })}; fi`,
          ],
    ),
    refuse(
      `it has no ${tools
        .filter(({ password }) => password !== null)
        .map(({ name }) => name)
        .join(', ')}`,
    ),
  ].join('; ');
