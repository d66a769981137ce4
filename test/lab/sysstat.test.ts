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

  it('is calibrated by a month of what sysstat keeps, packed files too', async () => {
    // A file a day for 34 days, some packed as sa2 does; sadf prints a day of the file that it is given, and a busy one.
    await mustRunIn(
      'p510',
      String.raw`mkdir -p /var/log/sysstat /usr/local/bin; cd /var/log/sysstat
       for ago in $(seq 0 33); do
         day=$(date -u -d "$ago days ago" +%Y-%m-%d); file=sa$(date -u -d "$ago days ago" +%Y%m%d)
         echo "$day $ago" > "$file"
         if [ "$ago" -gt 10 ]; then gzip "$file"; file=$file.gz; fi
         touch -d "$day 23:50" "$file"
       done
       cat > /usr/local/bin/sadf <<'END'
#!/bin/sh
read -r day ago < "$2" || exit 1
awk -v day="$day" -v ago="$ago" 'BEGIN {
  printf "{\"sysstat\": {\"hosts\": [{\"number-of-cpus\": 2, \"statistics\": ["
  for (i = 1; i < 144; i++)
    printf "%s{\"timestamp\": {\"date\": \"%s\", \"time\": \"%02d:%02d:00\", \"utc\": 1, \"interval\": 600}, \"cpu-load\": [{\"cpu\": \"all\", \"iowait\": 0, \"steal\": 0, \"idle\": %s}]}", (i > 1 ? ", " : ""), day, int(i / 6), i % 6 * 10, (ago == 20 ? 15 : 70 + (ago + i) % 5)
  print "]}]}}"
}'
END
       chmod 755 /usr/local/bin/sadf`,
    );
    const asked = await nixup(['watch', 'p510', '--calibrate', '--json']);
    expect(asked.exitCode, asked.stderr).toBe(0);
    const [host] = asked.result.hosts;
    expect(host.reason).toBeNull();
    const cpu = host.metrics.find(({ metric }: Answer) => metric === 'cpu');
    expect(cpu.days).toBeGreaterThanOrEqual(26);
    expect(cpu.worse).toBeGreaterThanOrEqual(1);
    expect(cpu.worse).toBeLessThanOrEqual(2);
    const drawn = await nixup(['watch', 'p510', '--chart', 'cpu', '--window', '24h', '--json']);
    const [chart] = drawn.result.charts;
    expect(chart.band.filter((one: Answer) => one !== null).length).toBeGreaterThan(50);
    const left = await mustRunIn('p510', 'ls /tmp | grep -c "^tmp\\." || true');
    expect(left.trim()).toBe('0');
    await mustRunIn('p510', 'rm -r /usr/local/bin/sadf /var/log/sysstat');
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
