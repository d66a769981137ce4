import { quoteWords } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { isLostContact } from '../ssh/run.ts';
import { type AskCheck, lastWords, notPassed, passed, unasked } from './asker.ts';

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

/** Why a connection was not made, by bash's own words. */
const whyNot = (output: string, seconds: number): string => {
  const status = /^nixup-status (\d+)$/m.exec(output)?.[1];
  if (status === '124' || status === '137') return `no connection within ${seconds} s`;
  const said = lastWords(output.split('\n').filter((line) => !line.startsWith('nixup-status')));
  const [, reason] = /(?:connect: |\/dev\/tcp\/\S+?: )([^:]+)$/.exec(said ?? '') ?? [];
  return reason === undefined ? (said ?? 'no connection') : reason.toLowerCase();
};

export const askTcp: AskCheck<'tcp'> = async ({ world, run }, { address }, order, { entry }) => {
  const seconds = Math.max(1, Math.ceil(order.timeoutMs / 1000));
  const script = connectScript(address, seconds);
  const timeoutMs = seconds * 1000 + marginMs;
  if (order.from === 'host' && (run === null || entry === null))
    return notPassed('there is no host to ask from');
  const answer =
    order.from === 'host' && run !== null && entry !== null
      ? await run(entry, script, { timeoutMs, quiet: true })
      : await world.exec({ file: 'sh', args: ['-s'] }, { input: script, timeoutMs, quiet: true });
  if (!answer.ok) {
    const { what } = explain(answer.failure);
    return order.from === 'host' && isLostContact(answer.failure)
      ? unasked(what)
      : notPassed(`${address}: ${what}`);
  }
  const { stdout } = answer.value;
  return /^nixup-status 0$/m.test(stdout)
    ? passed(`${address} takes connections`)
    : notPassed(`${address}: ${whyNot(stdout, seconds)}`);
};
