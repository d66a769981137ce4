import { toplevelOf } from './lines.ts';
import { type LoaderTexts, type MenuReading, menuLoader, unproven } from './menu.ts';

/** Bytes of a line that the firmware reads. */
const longestLine = 98;

interface Setting {
  readonly key: string;
  readonly value: string;
  /** Only on some boards, or with some screens. */
  readonly isConditional: boolean;
}

interface Settings {
  readonly settings: readonly Setting[];
  readonly doubt: string | null;
  /** Whether what comes behind the text is conditional. */
  readonly endsConditional: boolean;
}

/** `config.txt`: a setting a line, filters such as `[pi4]`, and `include` (the documentation of Raspberry Pi, "config.txt"). */
const readSettings = (text: string, textOf: (name: string) => string | null): Settings => {
  const settings: Setting[] = [];
  let doubt: string | null = null;
  let isConditional = false;
  for (const line of text.replace(/\0.*$/s, '').split(/\r?\n/)) {
    const filter = /^\s*\[(.*)\]\s*$/.exec(line)?.[1];
    if (filter !== undefined) isConditional = filter !== 'all';
    const included = /^\s*include\s+(\S+)/.exec(line)?.[1];
    if (included !== undefined) {
      const inner = textOf(included);
      if (inner === null)
        doubt ??= `config.txt reads another file, ${included}, which was not read here`;
      else {
        const read = readSettings(inner, () => null);
        doubt ??= read.doubt;
        settings.push(
          ...read.settings.map((one) => ({
            ...one,
            isConditional: one.isConditional || isConditional,
          })),
        );
        // Whether a filter ends with its file is not said anywhere.
        isConditional ||= read.endsConditional;
      }
    }
    const [, key, value] = /^([a-z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined) continue;
    settings.push({ key, value, isConditional });
    if (line.length > longestLine && ['kernel', 'cmdline', 'os_prefix', 'armstub'].includes(key))
      doubt ??= `a line of config.txt is longer than the firmware reads (${key})`;
  }
  return { settings, doubt, endsConditional: isConditional };
};

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

const settingsBeside = (file: string, texts: LoaderTexts): Settings => {
  const folder = folderOf(file);
  return readSettings(
    texts.get(`${folder}/config.txt`) ?? '',
    (name) => texts.get(`${folder}/${name}`) ?? null,
  );
};

/** What a setting may be: what every board has, and what some have instead. */
const possibleValues = (
  { settings }: Settings,
  key: string,
  usual: string,
): ReadonlySet<string> => {
  let values = new Set([usual]);
  for (const one of settings.filter((setting) => setting.key === key))
    if (one.isConditional) values.add(one.value);
    else values = new Set([one.value]);
  return values;
};

const isEfi = ({ key, value }: Setting): boolean => key === 'armstub' && /efi/i.test(value);

/** It only starts another loader, whose own files say what comes next. */
const handsOver = ({ settings }: Settings): boolean => {
  const kernels = settings.filter(({ key }) => key === 'kernel');
  return (
    (kernels.length > 0 && kernels.every(({ value }) => /u-boot/i.test(value))) ||
    settings.some((one) => isEfi(one) && !one.isConditional)
  );
};

const readFolder = (file: string, texts: LoaderTexts): MenuReading => {
  const none = (reason: string): MenuReading => ({ start: unproven(reason), systems: [] });
  const all = settingsBeside(file, texts);
  const { settings, doubt } = all;
  if (doubt !== null) return none(doubt);
  if (texts.has(`${folderOf(file)}/autoboot.txt`))
    return none('autoboot.txt may send the firmware to another partition');
  if ([...possibleValues(all, 'os_prefix', '')].some((value) => value !== ''))
    return none(
      'config.txt has an os_prefix, which the firmware takes only where it finds a kernel with it',
    );
  const named = settings.filter(({ key }) => key === 'cmdline');
  if (named.some(({ value }) => value !== 'cmdline.txt'))
    return none('config.txt names another file than cmdline.txt for the kernel’s arguments');
  if (settings.some(({ key, value }) => key === 'kernel' && /u-boot/i.test(value)))
    return none('config.txt starts U-Boot on some boards, and a kernel on others');
  if (settings.some(isEfi))
    return none('config.txt starts an EFI firmware on some boards, and a kernel on others');
  if (possibleValues(all, 'kernel', '').size > 1)
    return none('config.txt names another kernel on some boards, which may be another loader');
  const [first = '', ...others] = (texts.get(file) ?? '').replace(/\0.*$/s, '').split(/\r?\n/);
  if (others.some((line) => line.includes('init=')))
    return none('cmdline.txt has more than one line, and the firmware reads the first');
  const toplevel = toplevelOf(first);
  return toplevel === null
    ? none('cmdline.txt does not start a NixOS system')
    : { start: { kind: 'system', toplevel }, systems: [toplevel] };
};

const places = ['/boot', '/boot/firmware', '/firmware'];

/** `boot.loader.raspberryPi`: the firmware itself starts the kernel. */
export const raspberryPi = menuLoader({
  name: 'raspberry-pi',
  title: 'the firmware of a Raspberry Pi',
  firmware: 'bios',
  loaderInfo: null,
  key: 'raspberry-pi',
  patterns: places
    .flatMap((place) => ['config', 'cmdline', 'autoboot'].map((name) => `${place}/${name}.txt`))
    .join(' '),
  isMain: (file, texts) => file.endsWith('/cmdline.txt') && !handsOver(settingsBeside(file, texts)),
  read: readFolder,
  cannot:
    'the firmware of a Raspberry Pi starts what cmdline.txt names, and has no second entry to start once',
});
