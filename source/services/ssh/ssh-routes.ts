import { hostInAddress, isSafeAddress } from '../../model/host/address.ts';
import type { Route } from '../../model/host/carriers.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { readSshRoute, type SshRoute } from '../../parsers/host/ssh-route.ts';
import type { World } from '../world/world.ts';
import type { SshSettings } from './ssh.ts';

const timeoutMs = 5_000;

/** How ssh reaches each host, by the person's own settings. */
export interface SshRoutes {
  /** Asks once for each host; nothing is connected for it. */
  learn(entry: HostEntry): Promise<void>;
  known(): readonly Route[];
  /** A program or a jump host stands between, as ProxyCommand and ProxyJump have it. */
  isThroughProgram(entry: HostEntry): Promise<boolean>;
}

export const createSshRoutes = (world: World, settings: SshSettings): SshRoutes => {
  const asked = new Map<string, Promise<SshRoute | null>>();
  const routes = new Map<string, Route>();
  const ask = (destination: string): Promise<SshRoute | null> => {
    const before = asked.get(destination);
    if (before !== undefined) return before;
    const asking = world
      .exec(
        { file: 'ssh', args: ['-G', ...settings.sshOptions, '--', destination] },
        { quiet: true, timeoutMs },
      )
      .then((answer) => (answer.ok ? readSshRoute(answer.value.stdout) : null));
    asked.set(destination, asking);
    return asking;
  };
  return {
    learn: async ({ name, address, here }) => {
      if (here || !isSafeAddress(address)) return;
      const route = await ask(address);
      if (route === null) return;
      // A jump may be named as ssh_config names it, which is nobody's name in the fleet.
      const resolved = await Promise.all(
        route.jumps.filter(isSafeAddress).map(async (jump) => (await ask(jump))?.hostName ?? jump),
      );
      routes.set(name, {
        host: name,
        names: [...new Set([name, hostInAddress(address), route.hostName])],
        jumps: [...new Set([...route.jumps, ...resolved])],
      });
    },
    known: () => [...routes.values()],
    isThroughProgram: async ({ address, here }) =>
      !here && isSafeAddress(address) && (await ask(address))?.isThroughProgram === true,
  };
};
