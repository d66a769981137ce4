import { bringUp, hostNames, mustRunIn, reset, status, takeDown } from '../test/lab/lab.ts';
import { buildToplevel, storeOf } from '../test/lab/plain-deploy.ts';
import { inFlake, nixup } from '../test/lab/program.ts';
import { truthOf } from '../test/lab/truth.ts';

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

/**
 * Seconds of the deploy alone: from the first event of its run to the last of
 * it. What comes before, start, evaluation and a look at every host, a pipeline
 * that is given its paths does not do; it is printed beside.
 */
const byNixup = async (): Promise<{ readonly deploy: number; readonly whole: number }> => {
  const toplevels = await prepare();
  const started = Date.now();
  const ended = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 300_000 });
  const whole = (Date.now() - started) / 1000;
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  await proven(toplevels, 'nixup');
  const began = ended.events.find(({ type }) => type === 'run-started').at;
  const done = ended.events.find(
    ({ type, stage, state }) =>
      type === 'stage-changed' && stage === 'deploy' && state.kind === 'passed',
  ).at;
  return { deploy: (done - began) / 1000, whole };
};

const byShell = async (separator: string, who: string): Promise<number> => {
  const toplevels = await prepare();
  const started = Date.now();
  await mustRunIn('workstation', `${pipeline(toplevels, separator)}\nwait`, {
    timeoutMs: 300_000,
  });
  const took = (Date.now() - started) / 1000;
  await proven(toplevels, who);
  return took;
};

/** A single round says little on a machine that does other things too. */
const rounds = 3;

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const wasUp = (await status()).some((machine) => machine.process !== undefined);
await bringUp((line) => process.stderr.write(`${line}\n`));
try {
  const parallel: number[] = [];
  const deploy: number[] = [];
  const whole: number[] = [];
  const sequential: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    parallel.push(await byShell('&', 'the parallel pipeline'));
    const took = await byNixup();
    deploy.push(took.deploy);
    whole.push(took.whole);
    sequential.push(await byShell('', 'the sequential pipeline'));
  }
  const show = (what: string, values: readonly number[]): void =>
    say(
      `${what.padEnd(41)}${median(values).toFixed(2)} s   (${values.map((value) => value.toFixed(2)).join(', ')})`,
    );
  show('shell pipeline, in parallel, no safety', parallel);
  show('nixup, with every proof', deploy);
  show('one host after the other, no safety', sequential);
  show('nixup with its start and a look before', whole);
  const times = median(deploy.map((seconds, round) => seconds / (parallel[round] ?? Number.NaN)));
  say(`nixup takes ${times.toFixed(2)} times the parallel pipeline (at most 2)`);
  if (times > 2 || median(deploy) > median(sequential)) process.exitCode = 1;
} finally {
  if (!wasUp) await takeDown((line) => process.stderr.write(`${line}\n`));
}
