import { results } from '../../parsers/nix/log-results.ts';
import type { Call } from '../process/process.ts';

/** Ids as a real Nix gives them: the process in the upper half. */
const firstId = 7_018_246_313_574_400n;

/** Writes the `internal-json` log of one Nix process, keys in Nix's own order. */
export const createNixLog = (call: Pick<Call, 'say'>) => {
  let last = firstId;
  const write = (record: string): void => call.say(`@nix ${record}`);
  const tell = (id: string, type: number, fields: readonly (string | number)[]): void =>
    write(`{"action":"result","fields":${JSON.stringify(fields)},"id":${id},"type":${type}}`);
  return {
    start: (type: number, text: string, fields: readonly (string | number)[] = []): string => {
      last += 1n;
      const shown = fields.length === 0 ? '' : `"fields":${JSON.stringify(fields)},`;
      write(
        `{"action":"start",${shown}"id":${last},"level":3,"parent":0,"text":${JSON.stringify(text)},"type":${type}}`,
      );
      return String(last);
    },
    stop: (id: string): void => write(`{"action":"stop","id":${id}}`),
    line: (id: string, text: string): void => tell(id, results.logLine.type, [text]),
    phase: (id: string, phase: string): void => tell(id, results.phase.type, [phase]),
    progress: (id: string, done: number, expected: number, running = 0, failures = 0): void =>
      tell(id, results.progress.type, [done, expected, running, failures]),
    message: (level: number, text: string): void =>
      write(
        level === 0
          ? `{"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":${JSON.stringify(text)},"raw_msg":${JSON.stringify(text)}}`
          : `{"action":"msg","level":${level},"msg":${JSON.stringify(text)}}`,
      ),
  };
};

export type NixLog = ReturnType<typeof createNixLog>;
