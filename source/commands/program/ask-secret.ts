import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Nothing that is typed is shown. */
const silence = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on the terminal for something that must not be shown; null when the person left. */
export const askSecret = async (
  question: string,
  streams: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WritableStream },
  signal?: AbortSignal,
): Promise<string | null> => {
  streams.output.write(`${question} `);
  const lines = createInterface({ input: streams.input, output: silence(), terminal: true });
  const left = new AbortController();
  lines.on('SIGINT', () => left.abort());
  lines.on('close', () => left.abort());
  try {
    const signals = signal === undefined ? [left.signal] : [left.signal, signal];
    return await lines.question('', { signal: AbortSignal.any(signals) });
  } catch {
    return null;
  } finally {
    lines.close();
    streams.output.write('\n');
  }
};
