import { readLastFacts } from '../../source/commands/tui/last-facts.ts';
import { createEngine } from '../../source/engine/engine.ts';
import { createProcessWorld } from '../../source/services/world/process-world.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import { initialState } from '../../source/state/state.ts';

/** Started in the folder of a flake: prints after how many ms this many hosts have answered, and ends. */
const wanted = Number(process.argv[2]);
const answered = new Set<string>();
// As the screen begins.
let state = { ...initialState, remembered: readLastFacts(process.cwd(), Date.now()) };
const started = performance.now();
const engine = createEngine({
  world: createProcessWorld(),
  flake: process.cwd(),
  emit: (events) => {
    for (const event of events) {
      state = reduce(state, event);
      if (event.type === 'host-probed') answered.add(event.host);
    }
    if (answered.size < wanted) return;
    process.stdout.write(`${performance.now() - started}\n`);
    process.exit();
  },
  getState: () => state,
});
const opened = await engine.open();
if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
await engine.hosts.survey({ probe: true, evaluate: true });
process.stderr.write(`${answered.size} of ${wanted} hosts answered\n`);
process.exit(1);
