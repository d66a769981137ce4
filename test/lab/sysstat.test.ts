import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { mustRunIn, reset } from './lab.ts';
import { type Answer, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const captured = readFileSync(
  new URL('../fixtures/hosts/sysstat-12.6.1.json', import.meta.url),
  'utf8',
);

const metricsOf = ({ events }: { readonly events: readonly Answer[] }): Answer =>
  events.findLast((event) => event.type === 'host-watched')?.watch;

describeInLab('a host without a Prometheus', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p510']);
  }, 300_000);

  it('has the reason for which its metrics are not known', async () => {
    const watched = metricsOf(await nixup(['watch', 'p510', '--json']));
    expect(watched.metrics[0].verdict).toEqual({
      kind: 'unknown',
      reason: { kind: 'not-configured', host: 'sysstat is not on the host' },
    });
  });

  it('is judged by what sysstat keeps, found where Debian and NixOS keep it', async () => {
    // A sadf that prints what a real one of 12.6 printed: its own files depend on the machine.
    await mustRunIn(
      'p510',
      `mkdir -p /var/log/sa /usr/local/bin; : > /var/log/sa/sa29
       cat > /var/log/sa/printed <<'END'\n${captured}\nEND
       printf '#!/bin/sh\\n[ "$LC_ALL" = C ] && [ "$2" = /var/log/sa/sa29 ] && cat /var/log/sa/printed\\n' > /usr/local/bin/sadf
       chmod 755 /usr/local/bin/sadf`,
    );
    const watched = metricsOf(await nixup(['watch', 'p510', '--json']));
    expect(watched.source).toBe('sysstat');
    expect(watched.metrics[0]).toMatchObject({
      metric: 'cpu',
      verdict: { kind: 'unknown', reason: { kind: 'no-series', before: true } },
      query: expect.stringContaining('sadf -j'),
    });
    await mustRunIn('p510', 'rm -r /usr/local/bin/sadf /var/log/sa');
  });

  it('is sampled while somebody follows, and that is told as an early sign', async () => {
    const running = start(['watch', 'p510', '--follow', '--json']);
    const sampled = await running.event(({ type }) => type === 'sampled');
    expect(sampled).toMatchObject({ host: 'p510', samples: 1 });
    const ids = sampled.metrics.map(({ metric }: Answer) => metric);
    expect(ids).toEqual(expect.arrayContaining(['cpu', 'load', 'memory', 'network-in']));
    const cpu = sampled.metrics.find(({ metric }: Answer) => metric === 'cpu');
    expect(cpu.p50).toBeGreaterThanOrEqual(0);
    expect(cpu.p50).toBeLessThanOrEqual(1);
    running.kill();
    await running.ended;
  });
});
