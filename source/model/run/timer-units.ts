/** Text as it stands in a setting of a unit: `%` begins a specifier there (systemd.unit(5)). */
const plain = (text: string): string => text.replaceAll('%', '%%');

/**
 * A word of a command line of a unit, as systemd.service(5) splits it: quoted where anything in it
 * would be read otherwise, and never taken for a variable.
 */
const unitWord = (word: string): string => {
  const escaped = plain(word)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
};

export interface TimerWish {
  /** The program and what it is given: `nixup run` with its flags. */
  readonly command: readonly string[];
  /** The flake's folder. */
  readonly flake: string;
  /** Where git, ssh and Nix are found. */
  readonly searchPath: string;
  /** Where the journals of runs are, where that is not the usual folder: the timer's runs belong there too. */
  readonly stateHome: string | null;
  /** When, as in systemd.time(7). */
  readonly calendar: string;
  /** The units of root stand with the system; those of a user run only while that user is known to systemd. */
  readonly isRoot: boolean;
}

interface UnitFile {
  readonly path: string;
  readonly text: string;
}

export interface TimerUnits {
  readonly files: readonly UnitFile[];
  /** What has systemd take them, in order. */
  readonly commands: readonly (readonly string[])[];
}

const environment = (name: string, value: string): string =>
  `Environment=${unitWord(`${name}=${value}`).replaceAll('$$', '$')}`;

const service = ({ command, flake, searchPath, stateHome, isRoot }: TimerWish): string =>
  [
    '[Unit]',
    `Description=Update the NixOS fleet of ${plain(flake)}`,
    ...(isRoot ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '',
    '[Service]',
    'Type=oneshot',
    `WorkingDirectory=${plain(flake)}`,
    environment('PATH', searchPath),
    ...(stateHome === null ? [] : [environment('XDG_STATE_HOME', stateHome)]),
    `ExecStart=${command.map(unitWord).join(' ')}`,
    '# 4: hosts that were asleep are pending, and the rest is well.',
    'SuccessExitStatus=4',
    '# Builds take their time. A stop is told to nixup, which ends in order.',
    'TimeoutStartSec=infinity',
    'TimeoutStopSec=20min',
    'KillMode=mixed',
    '',
  ].join('\n');

const timer = ({ calendar, flake }: TimerWish): string =>
  [
    '[Unit]',
    `Description=Update the NixOS fleet of ${plain(flake)}, ${plain(calendar)}`,
    '',
    '[Timer]',
    `OnCalendar=${plain(calendar)}`,
    '# Once more where the machine was off at that time.',
    'Persistent=true',
    'RandomizedDelaySec=10min',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n');

/** The units that run nixup unattended, and how systemd takes them. Pure. */
export const timerUnits = (wish: TimerWish): TimerUnits => {
  const folder = wish.isRoot ? '/etc/systemd/system' : '~/.config/systemd/user';
  const systemctl = wish.isRoot ? ['systemctl'] : ['systemctl', '--user'];
  return {
    files: [
      { path: `${folder}/nixup.service`, text: service(wish) },
      { path: `${folder}/nixup.timer`, text: timer(wish) },
    ],
    commands: [
      [...systemctl, 'daemon-reload'],
      [...systemctl, 'enable', '--now', 'nixup.timer'],
      // Without it the units of a user end with the last login.
      ...(wish.isRoot ? [] : [['loginctl', 'enable-linger']]),
    ],
  };
};
