import { readdirSync, readFileSync } from 'node:fs';

/** Arguments of a process, or none when it is gone. */
export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The first argument of the shell that keeps a machine running, followed by the machine's root. */
export const keeperMark = 'nixup-lab-keeper';

export type Keeping = {
  /** The shell that starts systemd-nspawn again after each reboot. */
  readonly keepers: readonly number[];
  readonly containers: readonly number[];
};

/** Who boots a root folder: asked from the kernel, so it holds after a crash of an earlier run too. */
export function keepingOf(root: string): Keeping {
  const keepers: number[] = [];
  const containers: number[] = [];
  for (const pid of readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)) {
    const words = commandLine(pid);
    if (words[3] === keeperMark && words[4] === root) keepers.push(pid);
    else if (words[0] === 'systemd-nspawn' && words[words.indexOf('-D') + 1] === root)
      containers.push(pid);
  }
  return { keepers, containers };
}

export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((word) => word !== '')
      .map(Number);
  } catch {
    return [];
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    /* it ended by itself in the meantime */
  }
}

/** Asks until the answer is true; false when the time is over. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  limitMs: number,
  pauseMs = 50,
): Promise<boolean> {
  const end = Date.now() + limitMs;
  for (;;) {
    if (await isTrue()) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
