import path from 'node:path';
import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeAddress } from '../../model/host/address.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { World } from '../world/world.ts';

export type TunnelWorld = Pick<
  World,
  'exec' | 'files' | 'clock' | 'folders' | 'randomId' | 'processId' | 'isProcessAlive'
>;

/** A way to a server that only another machine reaches. */
export interface Tunnel {
  /** The socket that leads there, made when it is needed. */
  open(): Promise<Result<string, Failure>>;
  close(): Promise<void>;
}

/** So long it may take until it is made, ms. */
const openMs = 15_000;

const lookEveryMs = 50;

/** So long after its last use it is removed, ms. */
const idleMs = 30_000;

/**
 * Its command on the other machine ends after so long, and with it ssh as soon as nothing is on its way
 * (ssh(1), `-f`): where nixup is killed, no tunnel stays behind. Seconds.
 */
const lifeSeconds = 600;

/** A new one is made so long before the old one ends, ms. */
const spareMs = 120_000;

interface OpenTunnel {
  readonly socket: string;
  readonly until: number;
  readonly stop: AbortController;
}

const commandFor = (via: string, socket: string, { hostname, port, protocol }: URL) => ({
  file: 'ssh',
  args: [
    '-T',
    ...['BatchMode=yes', 'ConnectTimeout=10', 'ExitOnForwardFailure=yes'],
    // A connection of its own: a shared one would keep the way open after its end.
    ...['ControlPath=none', 'ControlMaster=no', 'ServerAliveInterval=15'],
    ...['StreamLocalBindUnlink=yes', 'StreamLocalBindMask=0177'],
  ]
    .flatMap((option) => (option === '-T' ? [option] : ['-o', option]))
    .concat([
      '-L',
      `${socket}:${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`,
      '--',
      via,
      'sleep',
      String(lifeSeconds),
    ]),
  host: via,
});

/** Sockets of a nixup that was killed: nothing listens there any more, or not for long. */
const removeStale = async ({
  files,
  folders,
  isProcessAlive,
  clock,
}: TunnelWorld): Promise<void> => {
  const names = await files.list(folders.runtime);
  for (const name of names.ok ? names.value : []) {
    const processId = /^way-(\d+)-\w+$/.exec(name)?.[1];
    if (processId !== undefined && !isProcessAlive(Number(processId), clock.now()))
      await files.remove(path.join(folders.runtime, name));
  }
};

/** Starts ssh, and waits for the socket that it makes. */
const startTunnel = async (
  world: TunnelWorld,
  via: string,
  url: URL,
): Promise<Result<OpenTunnel, Failure>> => {
  const failure = (detail: string): Result<never, Failure> =>
    failed({
      code: 'http-failed',
      url: url.origin,
      detail: `by way of ${via}: ${detail}`,
      unheard: 'not-sent',
    });
  if (!isSafeAddress(via)) return failure(`${via} is not an ssh destination`);
  const folder = world.folders.runtime;
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  await removeStale(world);
  const socket = path.join(folder, `way-${world.processId}-${world.randomId().slice(0, 8)}`);
  const stop = new AbortController();
  const tunnel = { socket, stop, until: world.clock.now() + lifeSeconds * 1_000 - spareMs };
  let ended: string | null = null;
  const command = commandFor(via, socket, url);
  world
    .exec(command, { signal: stop.signal, quiet: true })
    .then(async (answer) => {
      ended = answer.ok
        ? 'ssh ended'
        : answer.failure.code === 'command-failed'
          ? (answer.failure.tail.at(-1) ?? 'ssh ended')
          : explainShortly(answer.failure);
      await world.files.remove(socket);
    })
    .catch(() => {
      ended = 'ssh ended';
    });
  const last = world.clock.now() + openMs;
  while (ended === null && world.clock.now() < last) {
    if (await world.files.exists(socket)) return success(tunnel);
    await world.clock.sleep(lookEveryMs);
  }
  stop.abort();
  return failure(ended ?? 'ssh made no way there within 15 s');
};

/**
 * A tunnel by ssh from a socket in nixup's own folder to the server, as `via` sees it. Made when it is asked for,
 * removed when nobody asked for a while.
 */
export const createTunnel = (world: TunnelWorld, via: string, url: URL): Tunnel => {
  let current: Promise<Result<OpenTunnel, Failure>> | null = null;
  let takeBack: () => void = () => undefined;
  const close = async (tunnel: Promise<Result<OpenTunnel, Failure>>): Promise<void> => {
    if (current === tunnel) current = null;
    const opened = await tunnel;
    if (opened.ok) opened.value.stop.abort();
  };

  const isUsable = async (tunnel: Promise<Result<OpenTunnel, Failure>>): Promise<boolean> => {
    const opened = await tunnel;
    return (
      opened.ok &&
      opened.value.until > world.clock.now() &&
      (await world.files.exists(opened.value.socket))
    );
  };

  return {
    open: async () => {
      takeBack();
      const before = current;
      if (before !== null && !(await isUsable(before))) await close(before);
      current ??= startTunnel(world, via, url);
      const mine = current;
      const opened = await mine;
      if (!opened.ok) {
        if (current === mine) current = null;
        return opened;
      }
      takeBack();
      takeBack = world.clock.after(idleMs, () => {
        close(mine).catch(() => undefined);
      });
      return success(opened.value.socket);
    },
    close: async () => {
      takeBack();
      const opened = current === null ? null : await current;
      if (current !== null) await close(current);
      if (opened?.ok === true) await world.files.remove(opened.value.socket);
    },
  };
};
