import type { Block, Statement, Word } from './grub-script.ts';
import { readGrubScript } from './grub-script.ts';
import {
  copyState,
  doubt,
  type GrubEntry,
  type GrubState,
  type LoadedKernel,
  mergeStates,
  prefix,
  valueIn,
} from './grub-state.ts';
import { type Argument, expand, judgeTest } from './grub-values.ts';
import { toplevelOfArguments } from './lines.ts';

/** Files in GRUB's folder. */
export interface GrubFiles {
  /** Name to text, of every file there whose name ends with `.cfg`. */
  readonly scripts: ReadonlyMap<string, string>;
  /** What `load_env` reads; null where there is no such file. */
  readonly environment: ReadonlyMap<string, string> | null;
  /** Whether an EFI firmware starts it: then `grub_platform` is `efi`, and else one of several. */
  readonly isEfi?: boolean | undefined;
}

/** `file` while grub.cfg is read, `entry` while an entry is started. */
type Mode = 'file' | 'entry';

const mostSteps = 100_000;
const deepestCalls = 24;

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Change neither the menu nor what is loaded. Some set a variable, which `--set` names. */
const harmless = words(`
  acpi all_functional_test authenticate background_color background_image badram blocklist boottime cat clear cmosclean
  cmosdump cmosset cmostest cmp cpuid crc cryptodisk_uuid cryptomount cutmem date dd devicetree distrust_certificate
  drivemap dump efi-export-env efi-load-env efifwsetup echo export false font_load getenv gettext gptsync gfxmenu hashsum
  hdparm help hexdump hwmatch inb initrd initrd16 initrdefi initrd_xen inl insmod inw keymap keystatus list_env
  list_trusted loadbios loadfont load_video loopback ls lsacpi lscoreboot lsefi lsefimmap lsefisystab lsfonts lsmmap lsmod
  lspci lssal md5sum minicmd mmap mouse net_add_addr net_add_dns net_add_route net_bootp net_del_addr net_del_dns
  net_del_route net_dhcp net_get_dhcp_option net_ipv6_autoconf net_ls_addr net_ls_cards net_ls_dns net_ls_routes
  net_nslookup outb outl outw parttool password password_pbkdf2 pcidump play probe rdmsr read read_byte read_dword
  read_word regexp rmmod save_env search search.file search.fs_label search.fs_uuid search_fs_file search_fs_uuid
  search_label sendkey serial set sha1sum sha256sum sha512sum sleep smbios spkmodem stat_env terminal terminal_input
  terminal_output terminfo time tr true trust trust_certificate tpm unset usb verify_detached versioncheck vbeinfo vbetest
  videoinfo wrmsr write_byte write_dword write_word xnu_splash zfs-bootfs zfsinfo zfskey
`);

/** Read a script that was not read here, or leave this one. */
const leavers = words(`
  configfile normal normal_exit exit break continue return eval legacy_source legacy_configfile extract_entries_source
  extract_entries_configfile extract_legacy_entries_source extract_legacy_entries_configfile extract_syslinux_entries_source
  extract_syslinux_entries_configfile syslinux_source syslinux_configfile blscfg bls_import efi_bootmgr uki
  halt reboot poweroff fwsetup boot setparams shift cmdline
`);

const linuxLoaders = words('linux linux16 linuxefi linux_xen');
const hypervisors = words('multiboot multiboot2 xen_hypervisor');
const modules = words('module module2 xen_module');
const otherLoaders = words(`
  chainloader ntldr freedos plan9 truecrypt pxechainloader appleloader kfreebsd kfreebsd_loadenv kfreebsd_module
  kfreebsd_module_elf knetbsd knetbsd_module knetbsd_module_elf kopenbsd kopenbsd_ramdisk xnu_kernel xnu_kernel64 xnu_kext
  xnu_kextdir xnu_mkext xnu_ramdisk xnu_resume xnu_devprop_load legacy_kernel legacy_initrd legacy_initrd_nounzip
  legacy_password legacy_check_password kernel
`);

/** Commands that are run here as GRUB runs them. */
const builtins = [
  'true',
  'false',
  '[',
  'test',
  'source',
  '.',
  'load_env',
  'save_env',
  'set',
  'unset',
  'export',
] as const;

type Builtin = (typeof builtins)[number];

const isBuiltin = (name: string): name is Builtin => builtins.some((one) => one === name);

/** What adds an entry to the menu. */
const isEntryCommand = (name: string): boolean => name === 'menuentry' || name === 'submenu';

const isCommandName = (name: string): boolean =>
  isBuiltin(name) ||
  isEntryCommand(name) ||
  [harmless, leavers, linuxLoaders, hypervisors, modules, otherLoaders].some((names) =>
    names.has(name),
  );

/** Commands that write what they find into a variable which an argument names. */
const finders = words(`
  cpuid getenv hwmatch inb inl inw net_get_dhcp_option probe rdmsr read read_byte read_dword read_word smbios
  search.file search.fs_label search.fs_uuid search_fs_file search_fs_uuid search_label zfs-bootfs
`);

/** What a kernel with these arguments starts. */
const loadedBy = (given: readonly Argument[]): LoadedKernel => {
  // Values that only GRUB knows may name another init.
  const isClear = given.every(
    ({ text, begin, isLoose }) =>
      text !== null ||
      !(isLoose || 'init='.startsWith(begin) || begin.startsWith('init=') || begin === '--'),
  );
  if (!isClear) return { kind: 'other', why: 'its kernel has arguments that only GRUB knows' };
  const toplevel = toplevelOfArguments(given.flatMap(({ text }) => text ?? []));
  return toplevel === null
    ? { kind: 'other', why: 'it does not start a NixOS system' }
    : { kind: 'system', toplevel };
};

const textOf = (argument: Argument | undefined): string | null => argument?.text ?? null;

/** Options of `menuentry` that take a value. */
const valued = words('--class --users --hotkey --source --id');

interface EntryWords {
  /** An option lacks its value. */
  readonly isWrong: boolean;
  readonly options: ReadonlyMap<string, Argument | undefined>;
  readonly title: Argument | undefined;
}

/** Options may stand anywhere; the first other word is the title (`grub-core/commands/menuentry.c`). */
const readEntryWords = (given: readonly Argument[]): EntryWords => {
  const options = new Map<string, Argument | undefined>();
  const others: Argument[] = [];
  let isWrong = false;
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index];
    const text = textOf(argument);
    if (argument === undefined) break;
    const equals = text === null ? -1 : text.indexOf('=');
    if (text === '--') {
      others.push(...given.slice(index + 1));
      break;
    } else if (text !== null && valued.has(text)) {
      index += 1;
      isWrong ||= given[index] === undefined;
      options.set(text, given[index]);
    } else if (text !== null && equals > 0 && valued.has(text.slice(0, equals))) {
      const value = text.slice(equals + 1);
      options.set(text.slice(0, equals), { text: value, begin: value, isLoose: false });
    } else if (text === '--unrestricted') options.set(text, undefined);
    else others.push(argument);
  }
  return { isWrong, options, title: others[0] };
};

/** Runs GRUB's script without GRUB: what cannot be known is kept as unknown. */
export class GrubRun {
  private readonly files: GrubFiles;
  private steps = 0;
  constructor(files: GrubFiles) {
    this.files = files;
  }

  /** Reads a whole script into the state. */
  script(text: string, state: GrubState, depth = 0): void {
    const { statements, mistake } = readGrubScript(text);
    this.all(statements, state, 'file', depth);
    // GRUB continues somewhere behind it, and may set another default there.
    if (mistake !== null)
      doubt(
        state,
        0,
        `its line ${mistake.line} has what GRUB takes for a mistake: ${mistake.what}`,
      );
  }

  /** Starts an entry, or fills the menu of a submenu. */
  block({ statements }: Block, state: GrubState): void {
    this.all(statements, state, 'entry', 0);
  }

  /** The status of the last command; null where it cannot be known. */
  private all(
    statements: readonly Statement[],
    state: GrubState,
    mode: Mode,
    depth: number,
  ): boolean | null {
    let status: boolean | null = true;
    for (const statement of statements) {
      if (state.hasEnded) return null;
      this.steps += 1;
      if (this.steps > mostSteps || depth > deepestCalls) {
        this.giveUp(state, mode, 'it calls itself without an end');
        return null;
      }
      status = this.one(statement, state, mode, depth);
    }
    return status;
  }

  private one(statement: Statement, state: GrubState, mode: Mode, depth: number): boolean | null {
    switch (statement.kind) {
      case 'command':
        return this.command(statement, state, mode, depth);
      case 'if': {
        const [first, ...rest] = statement.branches;
        if (first === undefined) return this.all(statement.otherwise, state, mode, depth);
        const holds = this.all(first.condition, state, mode, depth);
        const otherwise: Statement = { ...statement, branches: rest };
        if (holds === true) return this.all(first.body, state, mode, depth);
        if (holds === false) return this.one(otherwise, state, mode, depth);
        const left = copyState(state);
        const right = copyState(state);
        this.all(first.body, left, mode, depth);
        this.one(otherwise, right, mode, depth);
        mergeStates(state, left, right);
        return null;
      }
      case 'for': {
        const values = this.expandAll(statement.words, state);
        for (const value of values) {
          if (value.isLoose) this.giveUp(state, mode, 'a loop over what only GRUB knows');
          state.variables.set(statement.name, value.text);
          this.all(statement.body, state, mode, depth + 1);
        }
        return null;
      }
      case 'loop': {
        // How often it runs is not known: not at all, or once or more.
        const ran = copyState(state);
        this.all(statement.body, ran, mode, depth + 1);
        const again = copyState(ran);
        this.all(statement.body, again, mode, depth + 1);
        mergeStates(ran, copyState(ran), again);
        mergeStates(state, copyState(state), ran);
        return null;
      }
      case 'function':
        // GRUB looks for a command of that name first, in modules too (execute.c, grub_script_execute_cmdline).
        state.functions.set(statement.name, isCommandName(statement.name) ? null : statement.body);
        return true;
    }
  }

  private expandAll(given: readonly Word[], state: GrubState): readonly Argument[] {
    return given.flatMap((word) => expand(word, (name) => valueIn(state, name)));
  }

  private giveUp(state: GrubState, mode: Mode, why: string): void {
    if (mode === 'file') doubt(state, 0, why);
    else doubt(state, state.entries.length, why);
    state.loaded = { kind: 'other', why };
    state.hasEnded = true;
  }

  private command(
    { words: given, block, line }: Extract<Statement, { readonly kind: 'command' }>,
    state: GrubState,
    mode: Mode,
    depth: number,
  ): boolean | null {
    const [command, ...rest] = this.expandAll(given, state);
    if (command === undefined) return true;
    const name = command.text;
    if (name === null) {
      if (/^[A-Za-z_]\w*=/.test(command.begin)) return assign(state, command);
      this.giveUp(state, mode, `its line ${line} runs a command whose name only GRUB knows`);
      return null;
    }
    if (isEntryCommand(name)) return addEntry(state, name === 'submenu', rest, block);
    const body = state.functions.get(name);
    if (body !== undefined && body !== null) return this.all(body, state, mode, depth + 1);
    if (body === null) {
      this.giveUp(
        state,
        mode,
        `what its function ${name} does depends on a condition, or a command has that name`,
      );
      return null;
    }
    if (/^[A-Za-z_]\w*=/.test(name)) return assign(state, command);
    return isBuiltin(name)
      ? this.builtin(name, rest, state, mode, depth)
      : this.other(name, rest, state, mode, line);
  }

  private builtin(
    name: Builtin,
    given: readonly Argument[],
    state: GrubState,
    mode: Mode,
    depth: number,
  ): boolean | null {
    switch (name) {
      case 'true':
        return true;
      case 'false':
        return false;
      case '[':
      case 'test':
        return this.test(name, given);
      case 'source':
      case '.':
        return this.source(given[0], state, mode, depth);
      case 'load_env':
        return this.loadEnvironment(given, state);
      case 'set':
        return given[0] === undefined ? true : assign(state, given[0]);
      case 'unset':
        for (const { text } of given) if (text !== null) state.variables.set(text, '');
        return true;
      case 'save_env':
        return saveEnvironment(given, state);
      case 'export':
        // With a sign of equality it is the name of another variable, and nothing is set.
        for (const { text } of given) if (text !== null) state.exported.add(text);
        return true;
    }
  }

  /** A command that starts something, that leaves the script, or that only asks. */
  private other(
    name: string,
    given: readonly Argument[],
    state: GrubState,
    mode: Mode,
    line: number,
  ): boolean | null {
    if (linuxLoaders.has(name)) {
      state.loaded = loadedBy(given.slice(1));
      return null;
    }
    if (hypervisors.has(name)) {
      state.loaded = { kind: 'other', why: 'it starts a hypervisor without a system' };
      return null;
    }
    if (modules.has(name)) {
      const found = loadedBy(given.slice(1));
      if (found.kind === 'system') state.loaded = found;
      return null;
    }
    if (otherLoaders.has(name)) {
      state.loaded = { kind: 'other', why: `it starts something by "${name}"` };
      return null;
    }
    if (name === 'boot' && mode === 'entry') {
      state.hasEnded = true;
      return null;
    }
    // It only asks, since GRUB 2.12 (`grub-core/commands/efi/efifwsetup.c`).
    if (name === 'fwsetup' && given.length === 1 && given[0]?.text === '--is-supported')
      return null;
    if (leavers.has(name) || !harmless.has(name)) {
      this.giveUp(
        state,
        mode,
        leavers.has(name)
          ? `its line ${line} runs "${name}"`
          : `its line ${line} runs "${name.slice(0, 40)}", a command that is not known here`,
      );
      return null;
    }
    return setByOption(state, name, given);
  }

  private test(name: string, given: readonly Argument[]): boolean | null {
    if (given.some(({ isLoose }) => isLoose)) return null;
    const all = given.map(({ text }) => text);
    const own = name === '[' && all.at(-1) === ']' ? all.slice(0, -1) : all;
    return judgeTest(own, (flag, path) => {
      const file = fileIn(path);
      if (file === null) return null;
      if (file === 'grubenv') return /^-[efs]$/.test(flag) ? this.files.environment !== null : null;
      return file.endsWith('.cfg') && !file.includes('/') && /^-[ef]$/.test(flag)
        ? file === 'grub.cfg' || this.files.scripts.has(file)
        : null;
    });
  }

  private source(
    argument: Argument | undefined,
    state: GrubState,
    mode: Mode,
    depth: number,
  ): boolean | null {
    const path = textOf(argument);
    const file = path === null ? null : fileIn(path);
    const text = file === null ? undefined : this.files.scripts.get(file);
    if (text !== undefined && mode === 'file') {
      this.script(text, state, depth + 1);
      return null;
    }
    // A script of that folder that does not exist: GRUB reports it, and continues.
    if (file !== null && /^[^/]+\.cfg$/.test(file) && file !== 'grub.cfg' && text === undefined)
      return false;
    this.giveUp(
      state,
      mode,
      file === 'grub.cfg'
        ? 'it reads itself again'
        : `it reads another script, ${path ?? 'whose name only GRUB knows'}, which was not read here`,
    );
    return null;
  }

  private loadEnvironment(given: readonly Argument[], state: GrubState): boolean | null {
    const names = given.map(({ text }) => text).filter((text) => text !== '--skip-sig');
    if (names.some((text) => text === null || text.startsWith('-'))) {
      state.forgotten = true;
      state.variables.clear();
      return null;
    }
    if (this.files.environment === null) return false;
    for (const [name, value] of this.files.environment)
      if (names.length === 0 || names.includes(name)) state.variables.set(name, value);
    return true;
  }
}

const assign = (state: GrubState, argument: Argument): boolean => {
  const at = argument.begin.indexOf('=');
  if (at < 1) return true;
  const name = argument.begin.slice(0, at);
  state.variables.set(name, argument.text === null ? null : argument.text.slice(at + 1));
  return true;
};

/** Into the file that `load_env` reads without a name; with one it may be another (loadenv.c). */
const saveEnvironment = (given: readonly Argument[], state: GrubState): null => {
  const isOtherFile = given.some(({ text }) => text === null || text.startsWith('-'));
  for (const { text } of given)
    if (text !== null) state.written.set(text, isOtherFile ? null : valueIn(state, text));
  return null;
};

/** `search --set=drive1 …` and its like: the value is that of the machine. */
const setByOption = (
  state: GrubState,
  name: string,
  given: readonly Argument[],
): boolean | null => {
  for (const [index, { text }] of given.entries()) {
    const named = /^--(?:set|variable)=(?:\d+:)?(\w+)$/.exec(text ?? '')?.[1];
    // Short options may stand together, and their value may be glued to them.
    const glued = /^-[a-z]*?[sv](?:\d+:)?(\w+)$/.exec(text ?? '')?.[1];
    for (const variable of [named, glued])
      if (variable !== undefined) state.variables.set(variable, null);
    if (/^(?:--set|--variable|-[a-z]*[sv])$/.test(text ?? '')) {
      const next = textOf(given[index + 1])?.replace(/^\d+:/, '');
      state.variables.set(next !== undefined && /^\w+$/.test(next) ? next : 'root', null);
    }
    if (finders.has(name) && text !== null && /^[A-Za-z_]\w*$/.test(text))
      state.variables.set(text, null);
  }
  return null;
};

/** A file of GRUB's own folder, named from there; null for any other. */
const fileIn = (path: string): string | null =>
  path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : null;

const addEntry = (
  state: GrubState,
  isSubmenu: boolean,
  given: readonly Argument[],
  block: Block | null,
): boolean | null => {
  // An argument that may expand to no word, or to several, can change which word is the title or an
  // option's value.
  if (given.some(({ isLoose }) => isLoose)) {
    doubt(state, state.entries.length, 'an entry has options that only GRUB knows');
    return null;
  }
  const { isWrong, options, title } = readEntryWords(given);
  // GRUB 2.06 stops altogether at it.
  if (isWrong) {
    doubt(state, 0, 'an option of an entry lacks its value');
    return null;
  }
  // Without a title or a body GRUB makes no entry of it.
  if (title === undefined || (block === null) === !options.has('--source')) return false;
  const id = options.has('--id') ? textOf(options.get('--id')) : title.text;
  const entry: GrubEntry = {
    title: title.text,
    id,
    isSubmenu,
    isRestricted: !options.has('--unrestricted'),
    block,
  };
  state.entries.push(entry);
  return true;
};
