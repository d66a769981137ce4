import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceInput, type HostName, haltInput, hostNames } from './lab.ts';
import { type Desk, makeAda, nixupAt, screenAt, scriptAt } from './people.ts';
import { type Answer, type Ended, start } from './program.ts';
import { keys, type Screen } from './screen.ts';
import { type Truth, truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** Minutes for each pair of people: with the other long ones only. */
const describeLong = process.env['NIXUP_LAB_LONG'] === '1' ? describeInLab : describe.skip;

const slow = 150_000;

type Truths = Readonly<Record<HostName, Truth>>;

/** What was announced for hosts: everything that changes one. */
const deedsOnHosts = ({ events }: Ended): readonly string[] =>
  events
    .filter(({ type, host }) => type === 'intended' && host !== null)
    .map(({ deed, host }) => `${deed} ${host}`);

const lastWords = (ended: Ended): string => JSON.stringify(ended.result) + ended.stderr;

const runOf = ({ events }: Ended): string => {
  const began = events.find(({ type }) => type === 'run-started');
  if (began === undefined) throw new Error('no run was begun');
  return began.run;
};

/** What a host has to be after that was said of it. */
const asSaid = (said: Answer, before: Truth): Partial<Truth> => {
  switch (said.status) {
    case 'succeeded':
      return { current: said.to, profile: said.to, bootDefault: said.to, failedUnits: [] };
    case 'unhealthy':
      return { current: said.to, profile: before.profile, bootDefault: before.bootDefault };
    case 'rolledBack':
      return { current: said.to, profile: before.profile, bootDefault: before.bootDefault };
    case 'unchanged':
    case 'skipped':
      return before;
    default:
      throw new Error(`nobody expects ${said.status} here`);
  }
};

/** The program as it is used by night and by day in one checkout. */
const practice = (night: Desk, day: Desk) => {
  /** Each run that was begun, by whom and how it ended. */
  const done: { readonly user: string; readonly run: string; readonly exitCode: number }[] = [];
  const noted = (user: string, ended: Ended): Ended => {
    done.push({ user, run: runOf(ended), exitCode: ended.exitCode });
    return ended;
  };
  const summaryOf = async (run: string): Promise<string> => {
    const { user } = done.find((one) => one.run === run) ?? { user: '' };
    const told = await nixupAt(user === night.user ? night : day, ['history', run, '--json']);
    return told.result.run.result.summary;
  };
  const head = (): Promise<string> => scriptAt(day, 'git rev-parse HEAD');
  return {
    timer: async (...words: readonly string[]): Promise<Ended> =>
      noted(night.user, await nixupAt(night, ['run', '--yes', '--json', ...words])),
    person: async (...words: readonly string[]): Promise<Ended> =>
      noted(day.user, await nixupAt(day, [...words, '--json'])),
    note: noted,
    head,
    /** What is not nixup's in index and tree, to the byte. */
    foreign: (): Promise<string> =>
      scriptAt(
        day,
        `git status --porcelain | grep -v ' flake.lock$'; git ls-files --stage | grep -v 'flake.lock$'
         git stash list; git for-each-ref refs/heads --format='%(refname)'
         sha256sum README.md flake.nix notes.md thoughts.txt fates.json nixup.toml`,
      ),
    /** What is remembered of the fleet, whoever found it out. */
    records: async () => {
      const kept = JSON.parse(
        await scriptAt(
          day,
          `cd .git/nixup; for name in setbacks sicknesses deploys baselines withdrawn; do
             [ -e $name.json ] || echo '[]' > /tmp/none.json; printf '"%s":' $name; cat $name.json 2> /dev/null || echo '[]'; echo ,
           done | { printf '{'; cat; printf '"end":0}'; }`,
        ),
      );
      const named = (items: readonly Answer[], ...fields: readonly string[]): readonly string[] =>
        items.map((item) => fields.map((field) => item[field]).join(' ')).sort();
      return {
        setbacks: named(kept.setbacks, 'host', 'kind', 'toplevel'),
        sicknesses: named(kept.sicknesses, 'host', 'toplevel'),
        deploys: named(kept.deploys, 'host', 'deed', 'toplevel'),
        baselines: named(kept.baselines, 'host'),
        withdrawn: named(kept.withdrawn, 'input'),
      };
    },
    /** That every word of a run that ended is so, read on the hosts and in git. */
    isTrue: async (ended: Ended, before: Truths, headBefore: string): Promise<void> => {
      const { result } = ended;
      const now = await truths();
      for (const host of hostNames) {
        const said = result.hosts[host];
        expect(now[host], `${host}: ${JSON.stringify(said)}`).toMatchObject(
          asSaid(said, before[host]),
        );
        expect(now[host].bootId).toBe(before[host].bootId);
        if (said.status === 'unhealthy')
          for (const unit of now[host].failedUnits) expect(said.reason).toContain(unit);
        else expect(now[host].failedUnits, host).toEqual([]);
      }
      expect(result.ok).toBe(ended.exitCode === 0);
      expect(result.exitCode).toBe(ended.exitCode);
      const headNow = await head();
      expect(result.commit).toBe(headNow === headBefore ? null : headNow);
      // The last sentence says no more than was done.
      const summary = await summaryOf(runOf(ended));
      const statuses: readonly string[] = hostNames.map((host) => result.hosts[host].status);
      expect(/committed as ([0-9a-f]+)/.exec(summary)?.[1] ?? null, summary).toBe(
        result.commit?.slice(0, 12) ?? null,
      );
      if (statuses.includes('rolledBack')) expect(summary).not.toContain('Nothing was rolled back');
      if (!statuses.includes('succeeded')) expect(summary).not.toMatch(/^(?:Updated, d|D)eployed/);
      // Another nixup that asks says the same.
      const status = await nixupAt(day, ['status', '--json']);
      expect(status.exitCode, status.stderr).toBe(0);
      for (const told of status.result.hosts.filter(({ name }: Answer) => name in now))
        expect(told).toMatchObject({
          reachable: true,
          current: now[told.name as HostName].current,
          profile: now[told.name as HostName].profile,
          generation: now[told.name as HostName].generation,
          failedUnits: now[told.name as HostName].failedUnits,
        });
      const resumed = await nixupAt(day, ['resume', '--json']);
      expect(resumed.exitCode, resumed.stderr).toBe(0);
      expect(resumed.result).toMatchObject({ ok: true, hosts: {} });
    },
    /** That every run stands in the history of who began it, whole, as it ended. */
    nothingIsLost: async (): Promise<void> => {
      for (const desk of night.user === day.user ? [day] : [night, day]) {
        const history = await nixupAt(desk, ['history', '--json']);
        const own = done.filter(({ user }) => user === desk.user);
        const told = history.result.runs.filter(({ id }: Answer) =>
          own.some(({ run }) => run === id),
        );
        expect(
          told.map(({ id, state, unreadLines, result }: Answer) => ({
            user: desk.user,
            run: id,
            exitCode: result?.exitCode,
            state,
            unreadLines,
          })),
        ).toEqual(own.map((one) => ({ ...one, state: 'ended', unreadLines: 0 })).reverse());
        expect(history.result.active).toBeNull();
      }
      const places = [`${day.folder}/.git/nixup`, '/home/ada/.local/state', '/root/.local/state'];
      const damaged = await scriptAt(
        { user: 'root', folder: '/' },
        `for place in ${places.join(' ')}; do [ ! -e $place ] || find $place -name '*damaged*'; done`,
      );
      expect(damaged).toBe('');
    },
  };
};

describe.each([
  { title: 'root alone', night: 'root', day: 'root', folder: '/root/fleet' },
  { title: 'a timer of root, and a person', night: 'root', day: 'ada', folder: '/home/ada/fleet' },
  { title: 'a person alone', night: 'ada', day: 'ada', folder: '/home/ada/fleet' },
] as const)('$title', ({ night: nightUser, day: dayUser, folder }) => {
  describeLong('three nights with sick hosts, a screen left open, and work in the tree', () => {
    const day: Desk = { user: dayUser, folder };
    const { timer, person, note, head, foreign, records, isTrue, nothingIsLost } = practice(
      { user: nightUser, folder },
      day,
    );
    let screen: Screen;
    let first: Truths;
    let headOfFirst: string;
    let work: string;
    let sick: string;
    let left: string;

    const fates = (json: string): Promise<string> =>
      scriptAt(
        day,
        `printf '%s\\n' '${json}' > fates.json; git commit -qm 'Change the fates' fates.json`,
      );

    beforeAll(async () => {
      if (dayUser === 'ada') await makeAda();
      await scriptAt(
        day,
        `printf '[hosts.razer]\\non_unhealthy = "rollback"\\n' > nixup.toml
         git add nixup.toml; git commit -qm nixup.toml`,
      );
      await fates('{"p620":{"unit-fails":{}},"razer":{"unit-fails":{}}}');
      // What a person works on: untracked, staged with more to it, edited, and half of the flake staged.
      await scriptAt(
        day,
        `echo 'a thought' > thoughts.txt
         echo one > notes.md; git add notes.md; echo two >> notes.md
         echo '- to do' >> README.md
         sed -i '1i # the first half' flake.nix; git add flake.nix; echo '# the second half' >> flake.nix`,
      );
      // One input has nothing new before the third night.
      await haltInput('impermanence');
      work = await foreign();
      headOfFirst = await head();
      first = await truths();
      screen = screenAt(day);
      await screen.waitFor(/p620/, slow);
    }, 300_000);
    afterAll(() => screen?.close());

    it('a timer that nobody told what becomes of the work touches nothing', async () => {
      const refused = await timer();
      expect(refused.exitCode, lastWords(refused)).toBe(3);
      expect(refused.stderr).toMatch(
        /other tracked files changed: README\.md, flake\.nix, notes\.md.*--leave-rest/s,
      );
      expect(deedsOnHosts(refused)).toEqual([]);
      expect(await truths()).toEqual(first);
      expect(await scriptAt(day, 'git diff HEAD --stat -- flake.lock')).toBe('');
      expect([await head(), await foreign()]).toEqual([headOfFirst, work]);
    });

    it('first night: one host is sick until its next boot, one goes back, nothing is committed', async () => {
      const running = start(['run', '--yes', '--json', '--leave-rest'], {
        folder,
        user: nightUser,
        timeoutMs: 300_000,
      });
      await running.event(({ type, deed }) => type === 'intended' && deed === 'activate');
      // Whoever looks meanwhile sees who works.
      screen.press('R');
      await screen.waitFor(`${nightUser}@workstation runs run`, slow);
      const ended = note(nightUser, await running.ended);
      expect(ended.exitCode, lastWords(ended)).toBe(1);
      expect(ended.result.hosts).toMatchObject({
        p620: { status: 'unhealthy' },
        razer: { status: 'rolledBack', to: first.razer.current },
        p510: { status: 'succeeded' },
        samsung: { status: 'succeeded' },
      });
      sick = ended.result.hosts.p620.to;
      left = ended.result.hosts.razer.from;
      await isTrue(ended, first, headOfFirst);
      expect([await head(), await foreign()]).toEqual([headOfFirst, work]);
      expect(await records()).toMatchObject({
        setbacks: [`p620 unhealthy ${sick}`, `razer taken-back ${left}`],
        sicknesses: [`p620 ${sick}`],
        baselines: [...hostNames].sort(),
      });
    });

    it('second night: nothing is repeated, and the host that is sick is called so', async () => {
      const kept = await records();
      // The screen that was open all the time writes what it finds.
      screen.press('1', 'V');
      await screen.waitFor(/✗ verify/, slow);
      expect(await records()).toEqual(kept);
      const truth = await truths();
      const ended = await timer('--leave-rest');
      expect(ended.exitCode, lastWords(ended)).toBe(5);
      expect(deedsOnHosts(ended)).toEqual([]);
      expect(ended.result.hosts).toMatchObject({
        p620: {
          status: 'unhealthy',
          reason: expect.stringContaining('nixup verify p620 --accept'),
        },
        razer: {
          status: 'skipped',
          reason: expect.stringMatching(/was taken back from this system on .*--confirm razer/),
        },
        p510: { status: 'unchanged' },
        samsung: { status: 'unchanged' },
      });
      expect(await truths()).toEqual(truth);
      await isTrue(ended, truth, headOfFirst);
      expect([await head(), await foreign(), await records()]).toEqual([headOfFirst, work, kept]);
    });

    it('a rollback by a person in between leads to no system that was left', async () => {
      const back = await person('rollback', 'razer', '--yes');
      expect(back.exitCode, lastWords(back)).toBe(0);
      expect(back.result.hosts.razer.status).toBe('unchanged');
      const away = await person('rollback', 'p620', '--yes');
      expect(away.result.hosts.p620).toMatchObject({
        status: 'succeeded',
        to: first.p620.current,
      });
      const truth = await truths();
      expect(truth.p620).toMatchObject({ current: first.p620.current, failedUnits: [] });
      const again = await person('rollback', 'p620', '--yes');
      expect(again.exitCode, lastWords(again)).toBe(0);
      expect(again.result.hosts.p620.status).toBe('unchanged');
      expect(await truths()).toEqual(truth);
      expect((await records()).setbacks).toEqual([
        `p620 taken-back ${sick}`,
        `razer taken-back ${left}`,
      ]);
    });

    it('third night: what a person took back is not deployed again either', async () => {
      const truth = await truths();
      const kept = await records();
      const ended = await timer('--leave-rest');
      expect(ended.exitCode, lastWords(ended)).toBe(3);
      expect(deedsOnHosts(ended)).toEqual([]);
      for (const host of ['p620', 'razer'])
        expect(ended.result.hosts[host]).toMatchObject({
          status: 'skipped',
          reason: expect.stringContaining(`--confirm ${host}`),
        });
      expect(await truths()).toEqual(truth);
      await isTrue(ended, truth, headOfFirst);
      expect([await head(), await foreign(), await records()]).toEqual([headOfFirst, work, kept]);
      await nothingIsLost();
    });

    it('a system that is new by a commit of notes and by another input is none to try again', async () => {
      await scriptAt(day, 'git commit -qm "Some notes" notes.md');
      const headNow = await head();
      const workNow = await foreign();
      await advanceInput('impermanence', 1);
      const truth = await truths();
      const ended = await timer('--leave-rest');
      expect(ended.exitCode, lastWords(ended)).toBe(3);
      expect(deedsOnHosts(ended).filter((deed) => /p620|razer/.test(deed))).toEqual([]);
      expect(ended.result.hosts).toMatchObject({
        p620: { status: 'skipped', reason: expect.stringContaining('--confirm p620') },
        razer: { status: 'skipped', reason: expect.stringContaining('--confirm razer') },
        p510: { status: 'succeeded' },
        samsung: { status: 'succeeded' },
      });
      await isTrue(ended, truth, headNow);
      expect([await head(), await foreign()]).toEqual([headNow, workNow]);
    });

    it('a host that is still sick with another system is not made permanent', async () => {
      const truth = await truths();
      const headNow = await head();
      const again = await person('deploy', '--yes', '--confirm', 'p620');
      expect(again.result.hosts).toMatchObject({
        p620: { status: 'unhealthy' },
        razer: { status: 'skipped' },
      });
      await isTrue(again, truth, headNow);
      sick = again.result.hosts.p620.to;
      const once = await timer('--leave-rest');
      expect(once.exitCode, lastWords(once)).toBe(5);
      expect(deedsOnHosts(once)).toEqual([]);
      expect(await truthOf('p620')).toMatchObject({
        current: sick,
        profile: truth.p620.profile,
        bootDefault: truth.p620.bootDefault,
      });
    });

    it('a person accepts what is to be so, mends the rest, and the next night commits the lock alone', async () => {
      const accepted = await person('verify', 'p620', '--accept');
      expect(accepted.exitCode, lastWords(accepted)).toBe(0);
      expect(accepted.result.hosts.p620.reason).toMatch(/^accepted: /);
      const deployed = await person('deploy', 'p620', '--yes');
      expect(deployed.exitCode, lastWords(deployed)).toBe(0);
      expect(await truthOf('p620')).toMatchObject({ current: sick, profile: sick });

      await fates('{}');
      const headNow = await head();
      const workNow = await foreign();
      const truth = await truths();
      const ended = await timer('--leave-rest');
      expect(ended.exitCode, lastWords(ended)).toBe(0);
      for (const host of hostNames)
        expect(['succeeded', 'unchanged']).toContain(ended.result.hosts[host].status);
      await isTrue(ended, truth, headNow);
      expect(await scriptAt(day, 'git show --format=%P --name-only HEAD')).toBe(
        `${headNow}\n\nflake.lock`,
      );
      expect(await foreign()).toBe(workNow);
      expect(await records()).toMatchObject({ sicknesses: [] });
    });

    it('a lock that goes back with its commit does not come with the next night', async () => {
      const bad = await truths();
      const workNow = await foreign();
      const back = await person('rollback', ...hostNames, '--commit', '--yes');
      expect(back.exitCode, lastWords(back)).toBe(0);
      expect(await scriptAt(day, 'git show --format= --name-only HEAD')).toBe('flake.lock');
      const headNow = await head();
      const truth = await truths();
      const ended = await timer('--leave-rest');
      expect(ended.exitCode, lastWords(ended)).toBe(0);
      // It says so, and neither the lock nor a host comes back to what was left.
      expect(JSON.stringify(ended.events)).toMatch(
        /nixpkgs did not move to .* it was taken back with/,
      );
      await isTrue(ended, truth, headNow);
      expect([await head(), await foreign()]).toEqual([headNow, workNow]);
      expect(await scriptAt(day, 'git diff HEAD --stat -- flake.lock')).toBe('');
      const now = await truths();
      for (const host of hostNames) expect(now[host].current).not.toBe(bad[host].current);
    });

    it('the screen ends in order, and nothing that anybody found out is lost', async () => {
      const kept = await records();
      screen.press('1', 'R');
      // What it found in the second night is of systems that are gone.
      await screen.waitFor(/^(?![\s\S]*✗ verify)[\s\S]*4 current/, slow);
      screen.press('q', keys.enter);
      expect(await screen.ended).toEqual({ exitCode: 0 });
      expect(await records()).toEqual(kept);
      await nothingIsLost();
      const foreigners = await scriptAt(
        { user: 'root', folder },
        `find .git/nixup ! -user ${dayUser}`,
      );
      expect(foreigners).toBe('');
      const named = await person('update', 'nixpkgs');
      expect(named.exitCode, lastWords(named)).toBe(0);
      expect(await scriptAt(day, 'git status --porcelain')).toContain('M flake.lock');
    });
  });
});
