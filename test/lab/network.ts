import { existsSync } from 'node:fs';
import { mustRun, runLocally } from './local-command.ts';
import { type MachineName, machineNames, machines } from './machines.ts';
import { labId } from './paths.ts';

/** The bridge has a namespace of its own, so that nothing of the machine's own network is touched or reached. */
const switchNamespace = `${labId}-switch`;
const port = (name: MachineName): string => `to-${name}`;

const inSwitch = (...args: readonly string[]): readonly string[] => [
  '-n',
  switchNamespace,
  ...args,
];

export async function makeNetwork(): Promise<void> {
  if (!existsSync(`/run/netns/${switchNamespace}`)) {
    await mustRun('ip', ['netns', 'add', switchNamespace]);
    await mustRun('ip', inSwitch('link', 'add', 'br0', 'type', 'bridge'));
    await mustRun('ip', inSwitch('link', 'set', 'br0', 'up'));
  }
  for (const name of machineNames) await connect(name);
}

async function connect(name: MachineName): Promise<void> {
  const { namespace, address } = machines[name];
  if (!existsSync(`/run/netns/${namespace}`)) {
    await mustRun('ip', ['netns', 'add', namespace]);
    await mustRun(
      'ip',
      inSwitch(
        'link',
        'add',
        port(name),
        'type',
        'veth',
        'peer',
        'name',
        'eth0',
        'netns',
        namespace,
      ),
    );
    await mustRun('ip', inSwitch('link', 'set', port(name), 'master', 'br0'));
  }
  await mendNetwork(name);
  await mustRun('ip', ['-n', namespace, 'address', 'replace', `${address}/24`, 'dev', 'eth0']);
}

/** Link up, no delay, address there: as at first. */
export async function mendNetwork(name: MachineName): Promise<void> {
  const { namespace } = machines[name];
  await linkUp(name);
  await runLocally('tc', ['-n', switchNamespace, 'qdisc', 'delete', 'dev', port(name), 'root']);
  await mustRun('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  await mustRun('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
}

/** Pulls the cable: the machine itself goes on, and knows only that its carrier is gone. */
export async function linkDown(name: MachineName): Promise<void> {
  await mustRun('ip', inSwitch('link', 'set', port(name), 'down'));
}

export async function linkUp(name: MachineName): Promise<void> {
  await mustRun('ip', inSwitch('link', 'set', port(name), 'up'));
}

export async function isLinkUp(name: MachineName): Promise<boolean> {
  const answer = await runLocally('ip', inSwitch('-o', 'link', 'show', port(name)));
  return /[<,]UP[,>]/.test(answer.stdout);
}

/** Each packet towards the machine comes later; throws with the reason where the kernel cannot do it. */
export async function delayLink(name: MachineName, milliseconds: number): Promise<void> {
  const result = await runLocally('tc', [
    '-n',
    switchNamespace,
    'qdisc',
    'replace',
    'dev',
    port(name),
    'root',
    'netem',
    'delay',
    `${milliseconds}ms`,
  ]);
  if (result.exitCode !== 0)
    throw new Error(
      `this kernel has no netem, so packets cannot be delayed (${result.stderr.trim()}); slowLink limits the rate instead`,
    );
}

/** Limits what the machine receives, in kilobits per second: a copy to it takes its time. */
export async function slowLink(name: MachineName, kilobits: number): Promise<void> {
  await mustRun('tc', [
    '-n',
    switchNamespace,
    'qdisc',
    'replace',
    'dev',
    port(name),
    'root',
    'tbf',
    'rate',
    `${kilobits}kbit`,
    'burst',
    '16k',
    'latency',
    '400ms',
  ]);
}

/** Also what an earlier, crashed run left behind. */
export async function removeNetwork(): Promise<void> {
  for (const namespace of [
    ...machineNames.map((name) => machines[name].namespace),
    switchNamespace,
  ]) {
    if (existsSync(`/run/netns/${namespace}`))
      await runLocally('ip', ['netns', 'delete', namespace]);
  }
}
