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

/** Seconds of the deploy alone: from the first event of its run to the last of it. */
const byNixup = async (): Promise<number> => {
  const toplevels = await prepare();
  const ended = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 300_000 });
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  await proven(toplevels, 'nixup');
  const began = ended.events.find(({ type }) => type === 'run-started').at;
  const done = ended.events.find(
    ({ type, stage, state }) =>
      type === 'stage-changed' && stage === 'deploy' && state.kind === 'passed',
  ).at;
  return (done - began) / 1000;
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

const wasUp = (await status()).some((machine) => machine.process !== undefined);
await bringUp((line) => process.stderr.write(`${line}\n`));
try {
  const parallel = await byShell('&', 'the parallel pipeline');
  const nixupSeconds = await byNixup();
  const sequential = await byShell('', 'the sequential pipeline');
  say(`shell pipeline, in parallel, no safety   ${parallel.toFixed(2)} s`);
  say(`nixup, with every proof                  ${nixupSeconds.toFixed(2)} s`);
  say(`one host after the other, no safety      ${sequential.toFixed(2)} s`);
  const times = nixupSeconds / parallel;
  say(`nixup takes ${times.toFixed(2)} times the parallel pipeline (at most 2)`);
  if (times > 2 || nixupSeconds > sequential) process.exitCode = 1;
} finally {
  if (!wasUp) await takeDown((line) => process.stderr.write(`${line}\n`));
}
