import { beforeEach, expect, it } from 'vitest';
import { type HostName, hostNames, linkDown, linkUp, mustRunIn, reset, run } from './lab.ts';
import { inFlake, nixup, start } from './program.ts';
import { type Truth, truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** The whole proof takes its time; a short one belongs to every run of the tests. */
const isLong = process.env['NIXUP_LAB_LONG'] === '1';

/** Random, and said on failure; the same again with NIXUP_FUZZ_SEED. */
const seed = Number(process.env['NIXUP_FUZZ_SEED'] ?? Date.now() % 100_000);
let state = seed;
const random = (): number => {
  state = (state * 48_271 + 11) % 2_147_483_647;
  return state / 2_147_483_647;
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** By more than Markdown: after a rollback that alone would be the same attempt once more. */
const newSystems = async (): Promise<Readonly<Record<string, string>>> => {
  await inFlake(
    'echo "# $(cat /proc/sys/kernel/random/uuid)" >> flake.nix; git commit -qam "flake.nix: a note"',
  );
  const tested = await nixup(['test', '--json']);
  expect(tested.exitCode, tested.stderr).toBe(0);
  const status = await nixup(['status', '--json']);
  return Object.fromEntries(
    status.result.hosts.map(({ name, expected }: { name: string; expected: string }) => [
      name,
      expected,
    ]),
  );
};

const isWhole = (truth: Truth): boolean =>
  truth.current === truth.profile && truth.profile === truth.bootDefault;

const unitsLeft = async (host: HostName): Promise<string> =>
  (await run(host, "systemctl list-units --all --no-legend --plain 'nixup-*'")).stdout.trim();

/** What every supervisor of a host did in the end. */
const results = async (host: HostName): Promise<readonly string[]> =>
  (
    await run(
      host,
      'for folder in /run/nixup/*/; do echo "$(readlink "$folder/decision") $(cat "$folder/result")"; done 2> /dev/null',
    )
  ).stdout
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');

/** An event at which nixup is killed, for the first host that tells it. */
const moments: readonly (readonly [type: string, deed: string])[] = [
  ['intended', 'copy'],
  ['achieved', 'copy'],
  ['intended', 'activate'],
  ['achieved', 'activate'],
  ['step', 'contact'],
  ['step', 'health'],
  ['intended', 'persist'],
  ['achieved', 'persist'],
  ['step', 'verify'],
  ['kind', 'succeeded'],
];

const configure = (confirm: string): Promise<string> =>
  inFlake(
    `printf '[fleet]\\nwaves = [["p620", "razer", "p510", "samsung"]]\\nsoak = "0s"\\nconfirm_timeout = "${confirm}"\\nrevert_timeout = "60s"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
  );

/** Whether the last deploy had come to its end: nixup verifies in a run of its own after it. */
const isDeployOver = async (): Promise<boolean> => {
  const last = await run(
    'workstation',
    `tail -n 1 $(grep -l '"goal":"deploy"' /root/.local/state/nixup/flakes/*/runs/*/journal.jsonl | sort -t / -k 9 | tail -n 1)`,
  );
  return last.stdout.includes('"type":"result"');
};

/**
 * A deploy of every host, killed within half a second after the event; sooner
 * where it was over by then.
 */
const killedAt = async (type: string, deed: string) => {
  for (let reach = 500; ; reach /= 4) {
    const before = await truths();
    const expected = await newSystems();
    const program = start(['deploy', '--yes', '--json']);
    const victim = hostNames[Math.floor(random() * hostNames.length)];
    await program.event(
      (event) =>
        event.host === victim &&
        (type === 'step' || type === 'kind'
          ? event.type === 'host-worked' && event.work[type] === deed
          : event.type === type && event.deed === deed),
    );
    await pause(random() * reach);
    program.kill();
    await program.ended;
    if (!(await isDeployOver())) return { before, expected };
  }
};

describeInLab(`whatever ends nixup or its link (seed ${seed})`, () => {
  beforeEach(async () => {
    await reset();
    await configure('20s');
  }, 300_000);

  const kills = isLong
    ? [0, 1].flatMap((round) => moments.map((moment, index) => ({ moment, index, round })))
    : [
        { moment: ['achieved', 'activate'] as const, index: 3, round: 0 },
        { moment: ['intended', 'persist'] as const, index: 6, round: 1 },
      ];

  it(
    `${kills.length} kills: after the next start and one word every host is entirely old or entirely new`,
    async () => {
      for (const { moment, index, round } of kills) {
        const [type, deed] = moment;
        const choice = (index + round) % 2 === 0 ? 'finish' : 'rollback';
        const where = `killed at ${type} ${deed}, then ${choice}`;
        const { before, expected } = await killedAt(type, deed);
        const resumed = await nixup(['resume', choice, '--yes', '--json'], { timeoutMs: 280_000 });
        expect(resumed.exitCode, `${where}: ${resumed.stderr}`).toBe(0);
        for (const host of hostNames) {
          const now = await truthOf(host);
          expect(isWhole(now), `${where}: ${host} ${JSON.stringify(now)}`).toBe(true);
          expect(now.current, `${where}: ${host}`).toBe(
            choice === 'finish' ? expected[host] : before[host].current,
          );
          await mustRunIn(
            host,
            `for try in $(seq 100); do systemctl list-units --all --no-legend 'nixup-*' | grep -q . || exit 0; sleep 0.1; done; exit 1`,
          );
          // What was confirmed was not reverted.
          for (const line of await results(host))
            expect(line, `${where}: ${host}`).not.toMatch(/^commit revert/);
        }
      }
    },
    isLong ? 3_600_000 : 900_000,
  );

  it(
    'a link that is cut for twenty seconds strands nobody, and every outcome is right',
    async () => {
      for (let round = 0; round < (isLong ? 10 : 1); round += 1) {
        const before = await truths();
        await newSystems();
        const program = start(['deploy', '--yes', '--json'], { timeoutMs: 280_000 });
        await program.event((event) => event.type === 'intended' && event.deed === 'copy');
        await pause(random() * 8_000);
        await linkDown('workstation');
        await pause(20_000);
        await linkUp('workstation');
        const ended = await program.ended;
        for (const host of hostNames) {
          const where = `round ${round}: ${host} ${JSON.stringify(ended.result?.hosts?.[host])}`;
          const now = await truthOf(host);
          const outcome = ended.result.hosts[host];
          expect(isWhole(now), `${where} ${JSON.stringify(now)}`).toBe(true);
          expect(await unitsLeft(host), where).toBe('');
          expect(now.current, where).toBe(
            outcome.status === 'succeeded' || outcome.status === 'unchanged'
              ? outcome.to
              : before[host].current,
          );
        }
        // Whoever went back or did not begin is done by the next deploy.
        const again = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 280_000 });
        expect(again.exitCode, `round ${round}: ${again.stderr}`).toBe(0);
      }
    },
    isLong ? 3_600_000 : 900_000,
  );
});
