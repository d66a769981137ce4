import { afterAll, beforeAll, expect, it } from 'vitest';
import { fate, mustRunIn, reset, run } from './lab.ts';
import { type Answer, inFlake, nixup, pathWithout } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const config = '/tmp/board.toml';
const table = `
[monitoring]
prometheus = "http://p620:9090"
grafana = { url = "http://p620:3001", user = "admin", password_env = "GRAFANA_PASSWORD" }

[[checks]]
name = "dashboard"
http = "http://p620:3001/api/health"

[commands]
tasks = ["cat", "/tmp/tasks.json"]
`;

const check = (words: readonly string[] = ['--config', config, '--trust']): Promise<Answer> =>
  nixup(['check', '--json', ...words], { env: { GRAFANA_PASSWORD: 'lab' } });

const rowOf = (answer: Answer, id: string): Answer =>
  answer.result.rows.find((row: { id: string }) => row.id === id);

interface Red {
  readonly evidence: RegExp;
  /** Text and command of the remedy, in one line. */
  readonly remedy: RegExp;
}

const expectRow = (
  answer: Answer,
  id: string,
  { evidence, remedy }: Red,
  state: 'red' | 'warning' = 'red',
): void => {
  const row = rowOf(answer, id);
  expect(
    row,
    `${id} in ${JSON.stringify(answer.result?.rows?.map((one: Answer) => one.id))}`,
  ).toBeDefined();
  expect(row, id).toMatchObject({
    state,
    evidence: expect.stringMatching(evidence),
  });
  expect(`${row.remedy?.text} $ ${row.remedy?.command ?? ''}`, id).toMatch(remedy);
};

const red = (evidence: RegExp, remedy: RegExp): Red => ({ evidence, remedy });

/** Does what the remedy's command says, where the board was asked. */
const mend = async (answer: Answer, id: string): Promise<void> => {
  const { command } = rowOf(answer, id).remedy;
  const done = await run('workstation', `cd /root/fleet; ${command}`);
  expect(done, command).toMatchObject({ exitCode: 0 });
};

const writeConfig = (): Promise<string> =>
  mustRunIn('workstation', `cat > ${config}; echo '[]' > /tmp/tasks.json`, { input: table });

describeInLab('the check board', () => {
  beforeAll(writeConfig);
  afterAll(() => reset());

  it('is green where all is well', async () => {
    await mustRunIn(
      'workstation',
      `for try in $(seq 600); do [ "$(curl -s p620:9090/api/v1/query?query=up | jq -r '[.data.result[] | select(.value[1] == "1")] | length')" = 5 ] && exit 0; sleep 0.2; done; exit 1`,
    );
    const answer = await check();
    const states: Readonly<Record<string, string>> = Object.fromEntries(
      answer.result.rows.map((row: { id: string; state: string }) => [row.id, row.state]),
    );
    expect(states).toEqual({
      'git.repository': 'green',
      'git.branch': 'green',
      'git.dirty': 'green',
      'git.conflicts': 'green',
      'git.untracked': 'green',
      'git.upstream': 'green',
      'git.push': 'green',
      'git.identity': 'green',
      'git.commit': 'green',
      'lock.file': 'green',
      'lock.age': 'green',
      'lock.alarms': 'green',
      'tasks.open': 'green',
      'nix.version': 'green',
      'nix.flakes': 'green',
      'nix.substituters': 'not-set-up',
      'nix.store': expect.stringMatching(/green|warning/),
      'monitoring.prometheus': 'green',
      'monitoring.targets': 'green',
      'monitoring.alerts': 'green',
      'monitoring.grafana': 'green',
      'monitoring.data-sources': 'green',
      'monitoring.check.dashboard': 'green',
      'config.file': 'green',
      'config.stale': 'green',
      'config.trust': 'green',
      'hosts.p620': 'green',
      'hosts.razer': 'green',
      'hosts.p510': 'green',
      'hosts.samsung': expect.stringMatching(/green|warning/),
      'hosts.installer': 'not-set-up',
      'hosts.pi': 'not-set-up',
    });
    expect(answer.exitCode).toBe(0);
  });

  it('git.repository: outside of one', async () => {
    await mustRunIn(
      'workstation',
      'rm -rf /root/plain; cp -a /root/fleet /root/plain; rm -rf /root/plain/.git',
    );
    const answer = await check(['--flake', '/root/plain']);
    expectRow(answer, 'git.repository', red(/not.*git repository/i, /git -C \/root\/plain init/));
    expect(answer.exitCode).toBe(1);
  });

  it('git: on no branch, dirty, with an untracked file, without an author', async () => {
    await inFlake(
      `git checkout -q --detach; echo '{ }' > extra.nix; echo "- edit" >> README.md
       git config --system --unset user.name; git config --system --unset user.email; git config --global user.useConfigOnly true`,
    );
    const answer = await check();
    expectRow(answer, 'git.branch', red(/detached/, /git -C \/root\/fleet switch main/));
    expectRow(answer, 'git.dirty', red(/README\.md/, /git -C \/root\/fleet diff HEAD/));
    expectRow(answer, 'git.untracked', red(/extra\.nix/, /add --intent-to-add -- extra\.nix/));
    expectRow(answer, 'git.identity', red(/whose commits/, /git config --global user\.name/));
    await mend(answer, 'git.untracked');
    await mend(answer, 'git.branch');
    await mend(answer, 'git.identity');
    const mended = await check();
    for (const id of ['git.branch', 'git.untracked', 'git.identity'])
      expect(rowOf(mended, id).state, id).toBe('green');
    await inFlake('git reset -q --hard; rm -f extra.nix');
    expect(rowOf(await check(), 'git.dirty').state).toBe('green');
  });

  it('git.conflicts and lock.file: markers in the lock', async () => {
    await fate('workstation', 'conflict-markers');
    const answer = await check();
    expectRow(
      answer,
      'git.conflicts',
      red(/flake\.lock/, /git -C \/root\/fleet checkout HEAD -- flake\.lock/),
    );
    expectRow(answer, 'lock.file', red(/conflict markers/, /nixup revert --all/));
    await mend(answer, 'lock.file');
    const mended = await check();
    expect(rowOf(mended, 'git.conflicts').state).toBe('green');
    expect(rowOf(mended, 'lock.file').state).toBe('green');
  });

  it('git.upstream: commits on one side and on both', async () => {
    await inFlake('git commit -q --allow-empty -m here');
    expectRow(
      await check(),
      'git.upstream',
      red(/1 commit not on origin\/main/, /git -C \/root\/fleet push/),
    );
    await inFlake(
      `git clone -q /srv/git/fleet.git /tmp/other; cd /tmp/other; git commit -q --allow-empty -m there; git push -q; cd ${'/root/fleet'}; git fetch -q; rm -rf /tmp/other`,
    );
    const answer = await check();
    expectRow(answer, 'git.upstream', red(/diverged: 1 here, 1 there/, /pull --rebase/));
    expectRow(answer, 'git.push', red(/refused/, /pull --rebase/));
    await mend(answer, 'git.upstream');
    const rebased = await check();
    expectRow(rebased, 'git.upstream', red(/1 commit not on/, /push/));
    await mend(rebased, 'git.upstream');
    expect(rowOf(await check(), 'git.upstream').state).toBe('green');
  });

  it('git.push: the remote is gone', async () => {
    await fate('workstation', 'remote-gone');
    expectRow(
      await check(),
      'git.push',
      red(/no repository at origin/, /git -C \/root\/fleet remote -v/),
    );
    await mustRunIn('workstation', 'mv /srv/git/gone.git /srv/git/fleet.git');
    expect(rowOf(await check(), 'git.push').state).toBe('green');
  });

  it('lock: absent, too old, with alarms', async () => {
    await inFlake('mv flake.lock /tmp/flake.lock');
    const absent = await check();
    expectRow(absent, 'lock.file', red(/no flake\.lock/, /nix flake lock/));
    await inFlake(
      `jq '.nodes[.nodes.root.inputs.nixpkgs].locked.lastModified = 1700000000' /tmp/flake.lock > flake.lock`,
    );
    const old = await check();
    expectRow(old, 'lock.age', red(/nixpkgs.*old/, /nixup update nixpkgs/));
    await inFlake(
      `jq '.nodes[.nodes.root.inputs.disko].locked.ref = "next" | .nodes[.nodes.root.inputs.disko].original.ref = "next"' /tmp/flake.lock > flake.lock`,
    );
    expectRow(await check(), 'lock.alarms', red(/disko/, /nixup diff/));
    await inFlake('git checkout -q -- flake.lock');
  });

  it('nix.hosts: the flake does not evaluate', async () => {
    await inFlake('echo "}" >> flake.nix');
    const answer = await check();
    expectRow(answer, 'nix.hosts', red(/syntax error/, /nixup test|Correct/));
    expect(rowOf(answer, 'config.stale').state).toBe('not-set-up');
    expect(answer.exitCode).toBe(1);
    await inFlake('git checkout -q -- flake.nix');
  });

  it('tasks.open: the list cannot be read, or holds a critical one', async () => {
    await mustRunIn('workstation', 'rm /tmp/tasks.json');
    expectRow(await check(), 'tasks.open', red(/cat/, /./));
    await mustRunIn('workstation', 'cat > /tmp/tasks.json', {
      input: JSON.stringify([
        {
          number: 7,
          title: 'The disk of p620 dies',
          labels: [{ name: 'critical' }],
          url: 'https://example.org/7',
        },
      ]),
    });
    expectRow(
      await check(),
      'tasks.open',
      red(/1 critical: The disk of p620 dies/, /example\.org\/7/),
    );
    await mustRunIn('workstation', "echo '[]' > /tmp/tasks.json");
  });

  it('nix: not installed, flakes off, a substituter that does not answer', async () => {
    const missing = await nixup(['check', '--json'], { env: { PATH: await pathWithout('nix') } });
    expectRow(missing, 'nix.version', red(/not installed/, /nixos\.org\/download/));

    await fate('workstation', 'nix-without-flakes');
    expectRow(
      await check(),
      'nix.flakes',
      red(/not enabled/, /experimental-features = nix-command flakes/),
    );
    await mustRunIn(
      'workstation',
      'sed -i "s/^experimental-features.*/experimental-features = nix-command flakes/; s|^substituters.*|substituters = http://p620:9|" /etc/nix/nix.conf',
    );
    const answer = await check();
    expect(rowOf(answer, 'nix.flakes').state).toBe('green');
    expectRow(
      answer,
      'nix.substituters',
      red(/no substituter answers: http:\/\/p620:9/, /nix\.conf/),
    );
    await mustRunIn('workstation', 'sed -i "s|^substituters.*|substituters =|" /etc/nix/nix.conf');
  });

  it('nix.store: no space left on the workstation', async () => {
    await mustRunIn(
      'workstation',
      `free=$(df --output=avail -k /nix/store | tail -1); fallocate -l $((free - 200 * 1024))k /nix/filler`,
    );
    expectRow(await check(), 'nix.store', red(/free in \/nix\/store/, /--delete-older-than 30d/));
    await mustRunIn('workstation', 'rm /nix/filler');
  });

  it('monitoring: Grafana unhealthy, then down; Prometheus sees a target down, alerts, then is down', async () => {
    await fate('p620', 'grafana-unhealthy');
    await mustRunIn('razer', 'systemctl stop prometheus-node-exporter');
    await mustRunIn(
      'workstation',
      `for try in $(seq 600); do curl -s p620:9090/api/v1/alerts | grep -q '"state":"firing"' && exit 0; sleep 0.2; done; exit 1`,
    );
    const first = await check();
    expectRow(first, 'monitoring.grafana', red(/database/, /systemctl status grafana\.service/));
    expectRow(
      first,
      'monitoring.check.dashboard',
      red(/503 instead of 200/, /curl --include http:\/\/p620:3001/),
    );
    expectRow(first, 'monitoring.targets', red(/razer:9100/, /exporter/));
    expectRow(first, 'monitoring.alerts', red(/InstanceDown on razer:9100/, /before deploying/));

    await mustRunIn('p620', 'rm /run/lab-grafana; systemctl stop prometheus');
    const second = await check();
    expectRow(
      second,
      'monitoring.prometheus',
      red(/p620:9090/, /systemctl status prometheus\.service/),
    );
    expectRow(second, 'monitoring.data-sources', red(/unhealthy/, /Data sources/));
    expect(rowOf(second, 'monitoring.grafana').state).toBe('green');

    await mustRunIn('p620', 'systemctl start prometheus; systemctl stop grafana');
    await mustRunIn('razer', 'systemctl start prometheus-node-exporter');
    expectRow(await check(), 'monitoring.grafana', red(/p620:3001/, /grafana\.service/));
    await mustRunIn('p620', 'systemctl start grafana');
  });

  it('config: mistaken, stale, and not trusted', async () => {
    await mustRunIn('workstation', 'cat > /tmp/mistaken.toml', {
      input: '[fleet]\nsoack = "2m"\n',
    });
    expectRow(
      await check(['--config', '/tmp/mistaken.toml']),
      'config.file',
      red(/soack/, /nixup config check/),
    );
    await mustRunIn('workstation', 'cat > /tmp/stale.toml', {
      input: '[hosts.p621]\npolicy = "ask"\n',
    });
    expectRow(
      await check(['--config', '/tmp/stale.toml']),
      'config.stale',
      red(/p621/, /p620.*nixup config check/),
    );
    await mustRunIn('workstation', 'cat > /tmp/new.toml', {
      input: '[commands]\ntasks = ["touch", "/tmp/ran"]\n',
    });
    const untrusted = await check(['--config', '/tmp/new.toml']);
    expectRow(untrusted, 'config.trust', red(/not run before you trusted/, /nixup check --trust/));
    expect((await run('workstation', 'test -e /tmp/ran')).exitCode).toBe(1);
  });

  it('hosts: unknown key, refused login, no root, a full /boot, a held lock, another machine', async () => {
    // Without the connections that are still open from before.
    await reset();
    await writeConfig();
    await mustRunIn('workstation', 'ssh-keygen -q -R p620');
    await fate('razer', 'login-refused');
    await fate('samsung', 'sudo-wants-password');
    await fate('p510', 'full-boot');
    const first = await check();
    expectRow(first, 'hosts.p620', red(/host key of p620.*not known/, /ssh p620/));
    expectRow(first, 'hosts.razer', red(/razer refuses the login/, /ssh-copy-id razer/));
    expectRow(first, 'hosts.samsung', red(/cannot become root/, /wheelNeedsPassword/));
    expectRow(first, 'hosts.p510', red(/free on \/boot/, /ssh p510 '.*--delete-older-than 30d'/));
    await reset();
    await writeConfig();

    await fate('p510', 'lock-held');
    await fate('razer', 'host-key-changed');
    await fate('samsung', 'asleep');
    await mustRunIn(
      'workstation',
      'sed "/ p620$/d" /etc/hosts > /tmp/hosts; cat /tmp/hosts > /etc/hosts; echo "192.0.2.13 p620" >> /etc/hosts; ssh-keygen -q -R p620; echo "p620 $(ssh-keygen -F p510 | tail -1 | cut -d" " -f2,3)" >> /root/.ssh/known_hosts',
    );
    const second = await check();
    expectRow(second, 'hosts.p510', red(/another activation runs/, /wait.*ssh p510 'fuser/));
    expectRow(second, 'hosts.razer', red(/is not the one that is known/, /ssh-keygen -R razer/));
    expectRow(
      second,
      'hosts.samsung',
      red(/samsung (cannot be reached|did not answer)/, /asleep is normal|Wake it/),
      'warning',
    );
    expectRow(second, 'hosts.p620', red(/p620 is p510/, /address in .*nixup\.toml/));
  });
});
