import { spawn } from 'node:child_process';
import type { FateOptions } from './deeds.ts';
import { clearFates, type FateName, fate, fateNames } from './fates.ts';
import {
  bringUp,
  enterArguments,
  isLinkUp,
  labObstacle,
  linkDown,
  linkUp,
  type MachineName,
  machineNames,
  reboot,
  reset,
  run,
  status,
  takeDown,
} from './lab.ts';
import { isMachineName } from './machines.ts';

const usage = `npm run lab -- COMMAND
  (nothing)             bring the lab up and open nixup on its workstation
  up                    make images (once) and boot everything
  status                what runs where
  shell HOST [COMMAND]  a shell, or one command, on a machine (workstation, p620, razer, p510, samsung)
  reset [HOST...]       back to the first state
  reboot HOST           as from its own power button
  cut HOST, mend HOST   pull the network cable, and put it back
  fate HOST NAME [KEY=VALUE...]   misbehaviour on demand; "fate clear" takes it back
  down                  end everything; images are kept

Fates: ${fateNames.join(' ')}
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === 'help' || command === '--help') return told(usage);
  const obstacle = await labObstacle();
  if (obstacle !== undefined) {
    process.stderr.write(`The lab cannot run here: ${obstacle}.\n`);
    return 2;
  }
  switch (command) {
    case undefined:
      await bringUp(say);
      return enter('workstation', ['/bin/bash', '-c', 'cd /root/fleet && exec nixup']);
    case 'up':
      await bringUp(say);
      return printStatus();
    case 'status':
      return printStatus();
    case 'shell': {
      const [name, ...program] = rest;
      return enter(machineNamed(name), program.length > 0 ? program : ['/bin/bash', '-l']);
    }
    case 'reset':
      await reset(rest.length > 0 ? rest.map(machineNamed) : machineNames);
      return printStatus();
    case 'reboot':
      await reboot(machineNamed(rest[0]));
      return 0;
    case 'cut':
      await linkDown(machineNamed(rest[0]));
      return 0;
    case 'mend':
      await linkUp(machineNamed(rest[0]));
      return 0;
    case 'fate':
      return bringFate(rest);
    case 'down':
      await takeDown(say);
      return told('the lab is down\n');
    default:
      process.stderr.write(usage);
      return 2;
  }
}

function told(text: string): number {
  process.stdout.write(text);
  return 0;
}

function machineNamed(word: string | undefined): MachineName {
  if (word === undefined || !isMachineName(word))
    throw new Error(`no machine "${word ?? ''}": it is one of ${machineNames.join(', ')}`);
  return word;
}

async function printStatus(): Promise<number> {
  for (const machine of await status()) {
    const link =
      machine.process === undefined ? 'off' : (await isLinkUp(machine.name)) ? 'up' : 'cut off';
    const state =
      machine.process === undefined
        ? ''
        : (
            await run(machine.name, 'systemctl is-system-running', { timeoutMs: 5000 })
          ).stdout.trim();
    say(
      [
        machine.name.padEnd(12),
        machine.address,
        link.padEnd(7),
        state.padEnd(10),
        machine.system ?? '',
      ]
        .join('  ')
        .trimEnd(),
    );
  }
  return 0;
}

async function bringFate([host, name, ...pairs]: readonly string[]): Promise<number> {
  if (host === 'clear') {
    await clearFates();
    return 0;
  }
  if (name === undefined || !(fateNames as readonly string[]).includes(name))
    throw new Error(`no fate "${name ?? ''}": it is one of ${fateNames.join(', ')}`);
  const options = Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [
        key,
        value === 'true'
          ? true
          : value === 'false'
            ? false
            : /^\d+$/.test(value)
              ? Number(value)
              : value,
      ];
    }),
  ) as FateOptions;
  await fate(machineNamed(host), name as FateName, options);
  return 0;
}

/** Runs a program inside a machine on this terminal. */
function enter(name: MachineName, argv: readonly string[]): Promise<number> {
  const { file, args } = enterArguments(name, argv);
  return new Promise((resolve) => {
    const child = spawn(file, [...args], { stdio: 'inherit' });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit(0));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
