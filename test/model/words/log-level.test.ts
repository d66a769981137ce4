import { expect, test } from 'vitest';
import { logLevel } from '../../../source/model/words/log-level.ts';

/** Lines as programs write them; the source stands behind each. */
const lines: readonly (readonly [line: string, level: ReturnType<typeof logLevel>])[] = [
  // Nix: src/libutil/logging.cc and error.cc
  ["error: builder for '/nix/store/x-mesa.drv' failed with exit code 1", 'error'],
  ["warning: Git tree '/home/ada/fleet' is dirty", 'warning'],
  ['evaluation warning: stateVersion is not set', 'warning'],
  // switch-to-configuration-ng
  ['warning: the following units failed: nzbget.service', 'warning'],
  ['Failed to run activate script', 'error'],
  // systemd: src/systemctl
  ['Job for grafana.service failed because the control process exited with error code.', 'error'],
  // GNU make, gcc, ld
  ['make: *** [Makefile:12: all] Error 2', 'error'],
  ['linux-6.18> make[1]: *** [Makefile:12: all] Error 2', 'error'],
  ['main.c:12:3: error: expected expression', 'error'],
  ['main.c:1:10: warning: unused variable x [-Wunused-variable]', 'warning'],
  ['checking for -Werror... no', 'all'],
  ['gcc -c error.c -o error.o', 'all'],
  ['installing no-fail-fast.conf', 'all'],
  // cargo, pytest, ctest, mocha
  ['test result: ok. 12 passed; 0 failed; 0 ignored', 'all'],
  ['test result: FAILED. 11 passed; 1 failed', 'error'],
  ['errors=0', 'all'],
  // What nixup itself says of a check
  ['check passed: 35 checks, none failed', 'all'],
  ['check ended: No check failed.', 'all'],
  ['35 checks, 2 failed that stop nothing: razer, nas', 'error'],
  ['0 tests failed', 'all'],
  ['no route: check failed', 'error'],
  // What it says of a unit that is critical
  ['dry-activate says: restarts plex (critical), sshd, nix-daemon; reloads dbus', 'all'],
  ['2 of 2 critical run: postgresql, samba-smbd', 'all'],
  ['8 of 8 hosts answered; no new failed unit, critical units active', 'all'],
  ['3 critical units on 2 hosts run', 'all'],
  ['restarts 5 units, critical: prometheus, grafana', 'all'],
  ['restarts 2 units, critical: plex', 'all'],
  ['CRITICAL: disk full', 'error'],
  ['CRITICAL: timeout', 'error'],
  ['[critical] no space left', 'error'],
  ['thread main panicked at src/main.rs:4', 'error'],
  ['Traceback (most recent call last):', 'error'],
  // Go's log/slog, Java, npm
  ['time=2026-11-29T12:00:00Z level=ERROR msg="no route"', 'error'],
  ['{"level":"error","msg":"no route"}', 'error'],
  ['{"level":"info","error":null}', 'all'],
  ['[WARN] deprecated option', 'warning'],
  ['npm warn deprecated glob@7.2.3', 'warning'],
  // syslog words as the journal of a unit is shown
  ['critical kernel[0]: temperature above threshold', 'error'],
  ['warning sshd[811]: error in a rule was ignored', 'warning'],
  ['unpacking source archive', 'all'],
  ['', 'all'],
];

test.each(lines)('%s', (line, level) => {
  expect(logLevel(line)).toBe(level);
});

test('a line of a megabyte is judged at once', () => {
  const began = performance.now();
  logLevel(`${'err x '.repeat(170_000)}`);
  logLevel('e'.repeat(1_000_000));
  expect(performance.now() - began).toBeLessThan(2_000);
});
