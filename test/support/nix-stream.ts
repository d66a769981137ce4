/** What a stream of `streamLines` holds, known from how it was made. */
export interface StreamTruth {
  readonly built: number;
  readonly failed: number;
  readonly fetched: number;
  readonly waited: number;
  /** Activities that never stop. */
  readonly running: number;
}

export interface MadeStream {
  readonly lines: readonly string[];
  readonly truth: StreamTruth;
}

const hash = (number: number): string => String(number).padStart(32, '0');

/**
 * A stream of `nix build --log-format internal-json` as a large system gives
 * it: plan, builds with log lines and phases, downloads with progress, waits,
 * totals that are repeated at every tick, numbers that no Nix has yet. Ids are
 * those of process 3000001 and differ by one, which a number of JavaScript
 * cannot tell apart. The same lines each time.
 */
export const makeStream = (wanted: number): MadeStream => {
  const lines: string[] = [];
  const base = 3_000_001n << 32n;
  let counter = 0n;
  const newId = (): bigint => {
    counter += 1n;
    return base + counter;
  };
  const say = (json: string): void => {
    lines.push(`@nix ${json}`);
  };
  const start = (type: number, text: string, fields: string): bigint => {
    const id = newId();
    say(
      `{"action":"start","fields":[${fields}],"id":${id},"level":3,"parent":0,"text":"${text}","type":${type}}`,
    );
    return id;
  };
  const result = (id: bigint, type: number, fields: string): void =>
    say(`{"action":"result","fields":[${fields}],"id":${id},"type":${type}}`);
  const stop = (id: bigint): void => say(`{"action":"stop","id":${id}}`);

  const realise = start(102, '', '');
  const builds = start(104, '', '');
  const copies = start(103, '', '');
  let built = 0;
  let failed = 0;
  let fetched = 0;
  let waited = 0;
  const tick = (running: number): void => {
    result(builds, 105, `${built},9223372036854775808,${running},${failed}`);
    result(copies, 105, `${fetched},0,${running},0`);
    result(realise, 106, '101,0');
    result(realise, 106, '100,123456789');
  };

  for (let round = 0; lines.length < wanted; round += 1) {
    const derivation = `/nix/store/${hash(round)}-package-${round}.drv`;
    const path = `/nix/store/${hash(1_000_000 + round)}-source-${round}`;
    const build = start(105, `building '${derivation}'`, `"${derivation}","",1,1`);
    const fetch = start(100, `copying '${path}'`, `"${path}","https://cache.nixos.org","local"`);
    tick(2);
    result(build, 104, '"buildPhase"');
    for (let line = 0; line < 40; line += 1) {
      result(build, 101, `"[${line}/40] Building CXX object src/widget \\"${line}\\".o"`);
      result(fetch, 105, `${line * 1000},40000,0,0`);
      if (line % 8 === 0) tick(2);
    }
    if (round % 7 === 0) {
      const wait = start(111, `waiting for a machine to build '${derivation}'`, '');
      stop(wait);
      waited += 1;
    }
    start(4711, 'a kind of activity that no Nix has yet', '"x"');
    result(build, 4712, '"a result that no Nix has yet"');
    stop(fetch);
    fetched += 1;
    if (round % 50 === 49) {
      failed += 1;
      say(
        `{"action":"msg","level":0,"msg":"\\u001b[31;1merror:\\u001b[0m builder for '\\u001b[35;1m${derivation}\\u001b[0m' failed with exit code 1;\\n       last 1 log lines:\\n       > broken"}`,
      );
      stop(build);
    } else {
      stop(build);
      built += 1;
    }
    tick(0);
  }
  const last = start(
    105,
    'building',
    `"/nix/store/${hash(9_999_999)}-last.drv","ssh-ng://p510",1,1`,
  );
  result(last, 104, '"installPhase"');
  return { lines, truth: { built, failed, fetched, waited, running: 1 } };
};
