import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  firmwareOnceScript,
  forgetFirmwareOnce,
  pendingInFirmware,
} from '../../../source/parsers/boot/firmware-once.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixup-efivars-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The script as a host would run it, with its files in a folder of this test. */
const run = (script: string): readonly string[] =>
  execFileSync('sh', ['-s'], {
    input: script
      .replaceAll('/sys/firmware/efi/efivars', folder)
      .replaceAll('/run/systemd', folder),
    encoding: 'utf8',
  }).split('\n');

const variable = (name: string): string =>
  join(folder, `${name}-8be4df61-93ca-11d2-aa0d-00e098032b8c`);

test('choices of the firmware for one boot are read, and taken back, and nothing else with them', () => {
  // efivarfs: four bytes of attributes, then the value.
  writeFileSync(variable('BootNext'), Buffer.from([7, 0, 0, 0, 0x0a, 0x20]));
  expect(pendingInFirmware(run(firmwareOnceScript))?.entry).toBe(
    'the entry Boot200A of the firmware',
  );
  run(forgetFirmwareOnce);
  expect(existsSync(variable('BootNext'))).toBe(false);
  expect(pendingInFirmware(run(firmwareOnceScript))).toBeNull();

  writeFileSync(variable('OsIndications'), Buffer.from([7, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]));
  expect(pendingInFirmware(run(firmwareOnceScript))?.entry).toBe('the menu of the firmware');
  run(forgetFirmwareOnce);
  expect([...readFileSync(variable('OsIndications'))]).toEqual([
    7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
  ]);
  expect(pendingInFirmware(run(firmwareOnceScript))).toBeNull();

  writeFileSync(join(folder, 'reboot-param'), '0 tryboot\n');
  expect(pendingInFirmware(run(firmwareOnceScript))?.entry).toContain('"0 tryboot"');
  run(forgetFirmwareOnce);
  expect(pendingInFirmware(run(firmwareOnceScript))).toBeNull();
});
