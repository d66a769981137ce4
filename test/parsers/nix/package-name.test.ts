import { expect, test } from 'vitest';
import { parsePackageName } from '../../../source/parsers/nix/package-name.ts';

test.each([
  ['openssl-3.6.2', 'openssl', '3.6.2'],
  ['openssl-3.6.2-bin', 'openssl', '3.6.2'],
  ['linux-6.18.24', 'linux', '6.18.24'],
  ['linux-6.18.24-modules', 'linux', '6.18.24'],
  ['nvidia-x11-580.119.02-6.18.24', 'nvidia-x11', '580.119.02-6.18.24'],
  ['python3.13-requests-2.32.5', 'python3.13-requests', '2.32.5'],
  ['perl5.42.0-URI-5.30', 'perl5.42.0-URI', '5.30'],
  ['gcc-14.3.0-lib', 'gcc', '14.3.0'],
  ['glibc-2.42-47', 'glibc', '2.42-47'],
  ['alsa-ucm-conf-1.2.15', 'alsa-ucm-conf', '1.2.15'],
  ['libcap-2.77-lib', 'libcap', '2.77'],
  ['foo-unstable-2026-01-02', 'foo', 'unstable-2026-01-02'],
  ['bar-0-unstable-2026-01-02', 'bar', '0-unstable-2026-01-02'],
  ['gtk+3-3.24.51', 'gtk+3', '3.24.51'],
  ['grub-2.12', 'grub', '2.12'],
  ['ca-certificates', 'ca-certificates', null],
  ['fish-0af1ced', 'fish', '0af1ced'],
  ['fish-af1ced0', 'fish', 'af1ced0'],
  ['fish-af1ced0-man', 'fish', 'af1ced0'],
  ['tool-g1a2b3c4d', 'tool', 'g1a2b3c4d'],
  ['foo-defaced', 'foo-defaced', null],
])('%s is %s at %s', (text, name, version) => {
  expect(parsePackageName(text)).toEqual({ name, version });
});

test.each([
  'unit-grafana.service',
  'unit-getty-1.service',
  'etc',
  'system-path',
  'nix.conf',
  'issue.txt',
  '60-nvidia.rules',
])('%s is no package', (text) => {
  expect(parsePackageName(text)).toBeNull();
});
