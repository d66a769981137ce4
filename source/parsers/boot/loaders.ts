import type { BootDefault } from '../../model/host/host.ts';
import { keyedLines } from '../keyed-lines.ts';
import { cleanLine } from '../nix/clean-line.ts';
import { extlinux } from './extlinux.ts';
import {
  firmwareOnceKeys,
  firmwareOnceScript,
  forgetFirmwareOnce,
  pendingInFirmware,
} from './firmware-once.ts';
import { grub } from './grub.ts';
import { limine } from './limine.ts';
import { firmwareText, unverifiable } from './lines.ts';
import type { BootLoader, EntryChoice } from './loader.ts';
import { otherLoaders } from './others.ts';
import { raspberryPi } from './raspberry-pi.ts';
import { refind } from './refind.ts';
import { systemdBoot } from './systemd-boot.ts';

/**
 * Every boot loader that is read, in the order in which they are asked, and last what is known by name only. A new
 * one is an object in a file of its own and its name here; `refind.ts` is the shortest to begin from.
 */
export const bootLoaders: readonly BootLoader[] = [
  systemdBoot,
  grub,
  extlinux,
  limine,
  refind,
  raspberryPi,
  otherLoaders,
];

/**
 * Shell text that prints the files of every loader, one fact a line, for
 * `bootLinesOf`. Reading them may need root. Where no loader is found it prints
 * nothing.
 */
export const bootScript = bootLoaders.map(({ script }) => script).join('') + firmwareOnceScript;

const keys = new Set([...bootLoaders.flatMap((loader) => loader.keys), ...firmwareOnceKeys]);

/**
 * The boot loaders' part of a script's output. Not cleaned: names must be compared as the loader
 * sees them.
 */
export const bootLinesOf = (output: string): readonly string[] =>
  keyedLines(output).filter((line) => keys.has(line.slice(0, line.indexOf(' '))));

type Active =
  | { readonly kind: 'loader'; readonly loader: BootLoader }
  | { readonly kind: 'unclear'; readonly reason: string };

/** The firmware that started the host, as the script of systemd-boot prints it; null where that is not known. */
const firmwareOf = (lines: readonly string[]): 'efi' | 'bios' | null => {
  if (lines.includes('firmware efi')) return 'efi';
  return lines.includes('firmware none') ? 'bios' : null;
};

/** The loader that starts this host: the one that says so itself, else the only one that can be it by its files. */
const activeLoader = (lines: readonly string[]): Active => {
  const info = firmwareText(lines, 'LoaderInfo');
  const present = bootLoaders.filter(
    (loader) => loader !== otherLoaders && loader.isPresent(lines),
  );
  const says = ({ loaderInfo }: BootLoader): boolean =>
    loaderInfo !== null && info?.toLowerCase().startsWith(loaderInfo) === true;
  const own = present.find(says);
  if (own !== undefined) return { kind: 'loader', loader: own };
  const firmware = firmwareOf(lines);
  const possible = present.filter(
    (loader) => firmware === null || loader.firmware === 'any' || loader.firmware === firmware,
  );
  const [leftBehind] = present;
  if (leftBehind === undefined) return { kind: 'loader', loader: otherLoaders };
  const [first, second] = possible;
  if (first === undefined) {
    const how = firmware === 'efi' ? 'by its EFI firmware' : 'without an EFI firmware';
    return {
      kind: 'unclear',
      reason: `it was started ${how}, and the files of ${leftBehind.title} are only left behind`,
    };
  }
  if (second !== undefined)
    return {
      kind: 'unclear',
      reason: `both ${first.title} and ${second.title} are installed, and neither says that it runs`,
    };
  // Its files may be left from an earlier installation.
  if (info !== null && !first.runsAfter(info))
    return { kind: 'unclear', reason: `it was started by ${info}, whose files are not read` };
  return { kind: 'loader', loader: first };
};

/** What was chosen for the next boot only; nothing where that is the default too. */
const pendingChoice = (
  lines: readonly string[],
  active: Active,
  resolved: BootDefault,
): Pick<BootDefault, 'once'> => {
  const choice =
    pendingInFirmware(lines) ?? (active.kind === 'loader' ? active.loader.pending(lines) : null);
  if (choice === null) return {};
  const isDefault = resolved.kind === 'resolved' && choice.toplevel === resolved.toplevel;
  return isDefault ? {} : { once: { entry: cleanLine(choice.entry), by: cleanLine(choice.by) } };
};

/** What the boot loader starts by default, and whether the next boot starts something else. */
export const resolveBootDefault = (lines: readonly string[]): BootDefault => {
  const active = activeLoader(lines);
  const resolved =
    active.kind === 'loader' ? active.loader.resolve(lines) : unverifiable(active.reason);
  return {
    ...(resolved.kind === 'resolved' ? resolved : unverifiable(cleanLine(resolved.reason))),
    ...pendingChoice(lines, active, resolved),
  };
};

/** How the loader is told to start a system once. */
type BootEntry =
  | { readonly kind: 'found'; readonly loader: BootLoader; readonly entry: string }
  | Extract<EntryChoice, { readonly kind: 'refused' }>;

/** The entry that starts a system, proven by the loader's own rules, or why there is none. */
export const findBootEntry = (lines: readonly string[], toplevel: string): BootEntry => {
  const active = activeLoader(lines);
  if (active.kind === 'unclear') return { kind: 'refused', reason: active.reason };
  const choice = active.loader.findEntry(lines, toplevel);
  return choice.kind === 'found'
    ? { ...choice, loader: active.loader }
    : { kind: 'refused', reason: cleanLine(choice.reason) };
};

/** Systems that the loader's menu can start, each once; empty where its entries cannot be read. */
export const bootableSystems = (lines: readonly string[]): readonly string[] => {
  const active = activeLoader(lines);
  return active.kind === 'loader' ? [...new Set(active.loader.systems(lines))] : [];
};

/** Why no system can ever be started once on this host; null where its loader can do it. */
export const readNeverOnce = (output: string): string | null => {
  const lines = bootLinesOf(output);
  const active = activeLoader(lines);
  const reason = active.kind === 'unclear' ? active.reason : active.loader.neverOnce(lines);
  return reason === null ? null : cleanLine(reason);
};

/** The boot loader's part of a script's output. */
export const readBootDefault = (output: string): BootDefault =>
  resolveBootDefault(bootLinesOf(output));

/** How the loader is told to start this system once, or why it cannot be. */
export const readBootEntry = (output: string, toplevel: string): BootEntry =>
  findBootEntry(bootLinesOf(output), toplevel);

/** Shell text that takes back the choice for one boot, in any loader. */
export const forgetOnceScript =
  bootLoaders.map(({ forgetOnce }) => forgetOnce).join('') + forgetFirmwareOnce;
