import { readFileSync } from 'node:fs';
import { type Cost, openMeter, spentBetween } from '../test/lab/cost.ts';
import { bringUp, hostNames, mustRunIn, reset, status, takeDown } from '../test/lab/lab.ts';
import { buildToplevel, storeOf } from '../test/lab/plain-deploy.ts';
import { type Answer, inFlake, nixup, start } from '../test/lab/program.ts';
import { truthOf } from '../test/lab/truth.ts';
import { median } from './scale/row.ts';

/** The goal, in times of the parallel pipeline. */
const mostOfParallel = 1.5;

/**
 * `npm run bench:lab`: four hosts with nothing to build, deployed by nixup with
 * all its proofs, by a shell pipeline in parallel without any, and one after the
 * other as `nixos-rebuild --target-host` does. Each on hosts in their first state.
 */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const pipeline = (toplevels: readonly string[], separator: string): string =>
  hostNames
    .map(
      (host, index) =>
        `{ nix copy --no-check-sigs --to '${storeOf(host)}' ${toplevels[index]} && ssh -o BatchMode=yes ${host} 'sudo nix-env --profile /nix/var/nix/profiles/system --set ${toplevels[index]} && sudo ${toplevels[index]}/bin/switch-to-configuration switch'; } >/dev/null 2>&1 ${separator}`,
    )
    .join('\n');

const configure = `printf '[fleet]\\nwaves = [[${hostNames.map((host) => `"${host}"`).join(', ')}]]\\nsoak = "0s"\\nsettle = "0s"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`;

const prepare = async (): Promise<readonly string[]> => {
  await reset();
  await inFlake(`${configure}; echo "- bench" >> README.md; git commit -qam bench`);
  const tested = await nixup(['test', '--json']);
  if (tested.exitCode !== 0) throw new Error(tested.stderr);
  const toplevels: string[] = [];
  for (const host of hostNames) toplevels.push(await buildToplevel(host));
  return toplevels;
};

const proven = async (toplevels: readonly string[], who: string): Promise<void> => {
  for (const [index, host] of hostNames.entries())
    if ((await truthOf(host)).current !== toplevels[index])
      throw new Error(`${host} was not deployed by ${who}`);
};

/** One deploy of all hosts. */
interface Took {
  readonly seconds: number;
  readonly cost: Cost;
}

/** After it nixup verifies the hosts, in a run of its own. */
const isDeployPassed = ({ type, stage, state }: Answer): boolean =>
  type === 'stage-changed' && stage === 'deploy' && state.kind === 'passed';

/**
 * The deploy alone: from the first event of its run to the last of it. What
 * comes before, start, evaluation and a look at every host, a pipeline that is
 * given its paths does not do; it is printed beside.
 */
const byNixup = async (): Promise<{ readonly deploy: Took; readonly whole: Took }> => {
  const toplevels = await prepare();
  const meter = await openMeter();
  const first = await meter.read();
  const started = Date.now();
  const running = start(['deploy', '--yes', '--json'], { timeoutMs: 300_000, group: meter.group });
  const began = await running.event(({ type }) => type === 'run-started');
  const beganCost = await meter.read();
  await running.event(isDeployPassed);
  const doneCost = await meter.read();
  const ended = await running.ended;
  const seconds = (Date.now() - started) / 1000;
  const last = await meter.read();
  meter.close();
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  await proven(toplevels, 'nixup');
  const done = ended.events.find(isDeployPassed);
  return {
    deploy: { seconds: (done.at - began.at) / 1000, cost: spentBetween(beganCost, doneCost) },
    whole: { seconds, cost: spentBetween(first, last) },
  };
};

const byShell = async (separator: string, who: string): Promise<Took> => {
  const toplevels = await prepare();
  const meter = await openMeter();
  const before = await meter.read();
  const started = Date.now();
  await mustRunIn('workstation', `${pipeline(toplevels, separator)}\nwait`, {
    timeoutMs: 300_000,
    group: meter.group,
  });
  const seconds = (Date.now() - started) / 1000;
  const cost = spentBetween(before, await meter.read());
  meter.close();
  await proven(toplevels, who);
  return { seconds, cost };
};

/** A single round says little on a machine that does other things too. */
const rounds = Number(process.env['ROUNDS'] ?? 3);

const processorSeconds = ({ cost }: Took): number => cost.workstationSeconds + cost.hostSeconds;

const show = (what: string, took: readonly Took[]): void => {
  const seconds = took.map((one) => one.seconds);
  const of = (pick: (cost: Cost) => number): number => median(took.map(({ cost }) => pick(cost)));
  say(
    `${what.padEnd(41)}${median(seconds).toFixed(2)} s   (${seconds.map((value) => value.toFixed(2)).join(', ')})`,
  );
  const perHost = of(({ started }) => hostNames.reduce((sum, host) => sum + started[host], 0));
  say(
    `${''.padEnd(41)}processor ${median(took.map(processorSeconds)).toFixed(2)} s: workstation ${of(({ workstationSeconds }) => workstationSeconds).toFixed(2)}, hosts ${of(({ hostSeconds }) => hostSeconds).toFixed(2)}; processes: workstation ${of(({ started }) => started.workstation)}, each host ${Math.round(perHost / hostNames.length)}`,
  );
};

const wasUp = (await status()).some((machine) => machine.process !== undefined);
await bringUp((line) => process.stderr.write(`${line}\n`));
try {
  const parallel: Took[] = [];
  const deploy: Took[] = [];
  const whole: Took[] = [];
  const sequential: Took[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    parallel.push(await byShell('&', 'the parallel pipeline'));
    const took = await byNixup();
    deploy.push(took.deploy);
    whole.push(took.whole);
    sequential.push(await byShell('', 'the sequential pipeline'));
  }
  show('shell pipeline, in parallel, no safety', parallel);
  show('nixup, with every proof', deploy);
  show('one host after the other, no safety', sequential);
  show('nixup with its start and a look before', whole);
  const against = (others: readonly Took[], of: (took: Took) => number): number =>
    median(deploy.map((took, round) => of(took) / of(others[round] ?? took)));
  const seconds = ({ seconds: value }: Took): number => value;
  const times = against(parallel, seconds);
  const inTurn = against(sequential, seconds);
  say(
    `nixup takes ${times.toFixed(2)} times the parallel pipeline (at most ${mostOfParallel}), ${inTurn.toFixed(2)} times one host after the other (less than 1)`,
  );
  say(
    `of the processor ${against(parallel, processorSeconds).toFixed(2)} times the parallel pipeline, ${against(sequential, processorSeconds).toFixed(2)} times one host after the other`,
  );
  const [load = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  say(`load of this machine: ${load}`);
  if (times > mostOfParallel || inTurn >= 1) process.exitCode = 1;
} finally {
  if (!wasUp) await takeDown((line) => process.stderr.write(`${line}\n`));
}
