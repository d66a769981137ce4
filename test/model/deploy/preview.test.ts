import { expect, test } from 'vitest';
import { type HostPreview, surprises } from '../../../source/model/deploy/preview.ts';
import { previewLines } from '../../../source/model/deploy/preview-lines.ts';
import { noImpact } from '../../../source/model/units/impact.ts';

const preview = (over: Partial<HostPreview> = {}): HostPreview => ({
  basis: 'exact',
  impact: noImpact,
  critical: [],
  bootParts: [],
  mustBoot: [],
  programs: [],
  ...over,
});

const textsOf = (over: Partial<HostPreview>, isRestarted = false): string =>
  previewLines(preview(over), isRestarted)
    .map(({ text }) => text)
    .join('\n');

test('what is stopped and started again restarts, critical units first and marked', () => {
  const impact = {
    ...noImpact,
    stop: ['cron.service', 'grafana.service', 'old.service'],
    restart: ['sshd.service'],
    reload: ['dbus.service'],
    start: ['cron.service', 'grafana.service', 'new.service'],
  };
  expect(textsOf({ impact, critical: ['grafana.service'] })).toBe(
    [
      'dry-activate says: restarts grafana (critical), cron, sshd; stops old; reloads dbus; starts new',
      'connection may drop briefly: sshd (ssh)',
    ].join('\n'),
  );
});

test.each([
  ['tailscaled.service', 'VPN'],
  ['wireguard-wg0.service', 'VPN'],
  ['systemd-networkd.service', 'network'],
  ['NetworkManager.service', 'network'],
  ['display-manager.service', 'display manager'],
  ['sshd@1-2.service', 'ssh'],
])('%s cuts off: %s', (unit, what) => {
  expect(textsOf({ impact: { ...noImpact, restart: [unit] } })).toContain(`(${what})`);
});

test('a forecast says that it is one', () => {
  expect(textsOf({ basis: 'forecast' })).toBe('probably (unit files compared): no unit changes');
});

test('a major version of a service with data cannot go back; a minor one, a tool and a year can', () => {
  const programs = [
    { unit: 'grafana.service', name: 'grafana', from: '12.4.1', to: '13.0.0' },
    { unit: 'prometheus.service', name: 'prometheus', from: '3.1.0', to: '3.2.0' },
    { unit: 'cron.service', name: 'coreutils', from: '8.0', to: '9.0' },
    { unit: 'home-assistant.service', name: 'homeassistant', from: '2025.11.1', to: '2026.1.0' },
  ];
  const text = textsOf({ programs });
  expect(text).toContain('grafana 12.4.1 → 13.0.0: data not reversible');
  expect(text).not.toMatch(/prometheus|coreutils|homeassistant/);
});

test('a rollback to an older major version of a service with data says that it may not read the data', () => {
  const programs = [
    { unit: 'grafana.service', name: 'grafana', from: '14.0.0', to: '13.0.2' },
    { unit: 'grafana-image.service', name: 'grafana', from: '14.0.0', to: '13.0.2' },
    { unit: 'postgresql.service', name: 'postgresql', from: '17.2', to: '16.6' },
    { unit: 'prometheus.service', name: 'prometheus', from: '3.2.0', to: '3.1.0' },
    { unit: 'cron.service', name: 'coreutils', from: '9.0', to: '8.0' },
    { unit: 'home-assistant.service', name: 'homeassistant', from: '2026.1.0', to: '2025.11.1' },
  ];
  const warned = previewLines(preview({ programs }), false).filter(({ tone }) => tone === 'warn');
  expect(warned.map(({ text }) => text)).toEqual([
    'grafana 14.0.0 → 13.0.2: may not read the data of 14.0.0',
    'postgresql 17.2 → 16.6: may not read the data of 17.2',
  ]);
});

test('what starts with a boot only, and what forbids a switch, are told apart', () => {
  const text = textsOf({ bootParts: ['kernel 6.1 → 6.2'], mustBoot: ['dbus: dbus → broker'] });
  expect(text).toContain('cannot be switched to while it runs (dbus: dbus → broker)');
  expect(text).toContain('kernel 6.1 → 6.2: takes effect after a reboot');
});

test('only what a person would have wanted to know is a surprise', () => {
  const agreed = preview({ basis: 'forecast', impact: { ...noImpact, restart: ['sshd.service'] } });
  const exact = preview({
    impact: { ...noImpact, restart: ['sshd.service', 'tailscaled.service', 'cron.service'] },
  });
  expect(surprises(agreed, exact)).toEqual(['tailscaled (VPN)']);
  expect(surprises(exact, exact)).toEqual([]);
});

test('a host that would leave its specialisation is told so', () => {
  const preview = {
    basis: 'exact',
    impact: noImpact,
    critical: [],
    bootParts: [],
    mustBoot: [],
    programs: [],
    leaves: 'vfio',
  } as const;
  expect(previewLines(preview, false)).toContainEqual({
    text: 'it runs its specialisation vfio, which the new system has not: it would run without it',
    tone: 'warn',
  });
});
