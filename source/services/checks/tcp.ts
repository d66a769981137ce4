import { quoteWords } from '../../model/command.ts';
import type { CheckAnswer } from '../../model/host/own-checks.ts';
import {
  type AskCheck,
  lastWords,
  late,
  limitSecondsOf,
  notPassed,
  passed,
  withoutConnection,
  withoutRun,
} from './asker.ts';

const marginMs = 30_000;

/** `[::1]:80` and `p620:5432`. */
const partsOf = (address: string): readonly [host: string, port: string] => {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at).replace(/^\[|\]$/g, ''), address.slice(at + 1)];
};

/** bash opens connections itself (bash(1), REDIRECTION); every NixOS has it. */
const connectScript = (address: string, seconds: number): string => {
  const words = [
    'timeout',
    '-k',
    '5',
    String(seconds),
    'bash',
    '-c',
    ': <>"/dev/tcp/$1/$2"',
    'bash',
  ];
  return `${quoteWords([...words, ...partsOf(address)])} 2>&1 </dev/null\necho "nixup-status $?"`;
};

/** What it means that a connection was not made, by bash's own words. */
const notConnected = (address: string, output: string, seconds: number): CheckAnswer => {
  const status = /^nixup-status (\d+)$/m.exec(output)?.[1];
  if (status === '124' || status === '137')
    return late(`${address}: no connection within ${seconds} s`);
  const said = lastWords(output.split('\n').filter((line) => !line.startsWith('nixup-status')));
  const [, reason] = /(?:connect: |\/dev\/tcp\/\S+?: )([^:]+)$/.exec(said ?? '') ?? [];
  const words = `${address}: ${reason === undefined ? (said ?? 'no connection') : reason.toLowerCase()}`;
  return withoutConnection(output, words);
};

export const askTcp: AskCheck<'tcp'> = async ({ world, run }, { address }, order, { entry }) => {
  const seconds = limitSecondsOf(order);
  const script = connectScript(address, seconds);
  const timeoutMs = seconds * 1000 + marginMs;
  if (order.from === 'host' && (run === null || entry === null))
    return notPassed('there is no host to ask from');
  const answer =
    order.from === 'host' && run !== null && entry !== null
      ? await run(entry, script, { timeoutMs, quiet: true })
      : await world.exec({ file: 'sh', args: ['-s'] }, { input: script, timeoutMs, quiet: true });
  if (!answer.ok) return withoutRun(order, answer.failure, { unasked: '', failed: `${address}: ` });
  const { stdout } = answer.value;
  return /^nixup-status 0$/m.test(stdout)
    ? passed(`${address} takes connections`)
    : notConnected(address, stdout, seconds);
};
