import type { DemoSystems } from '../data/system-data.ts';
import { closureText } from '../nix/closure-text.ts';
import { dryActivateLines } from './activation.ts';
import { type ScriptAnswer, scriptMs } from './changes.ts';
import { demoDryRun, demoPreview, demoUnitTexts, describeDemoSystem } from './preview.ts';

/** An answer with the sign in a script by which it is known. */
export type SignedAnswer = readonly [RegExp, ScriptAnswer];

export const storePathPattern = String.raw`(\/nix\/store\/[0-9a-z]{32}-[^\s'";/]+)`;

/** What a system is made of, and what changes with it. */
export const systemAnswers = (systems: DemoSystems): readonly SignedAnswer[] => [
  [
    new RegExp(`^new=${storePathPattern}$[\\s\\S]*nixup-preview-end`, 'm'),
    async ({ call, machine }, found) => {
      await call.sleep(scriptMs);
      call.print(demoPreview(machine, systems.find(found[1] ?? '')));
      return 0;
    },
  ],
  [
    new RegExp(`^system=${storePathPattern}$`, 'm'),
    ({ call }, found) => {
      const system = systems.find(found[1] ?? '');
      if (system === undefined) return 1;
      call.print(`${describeDemoSystem(system, 'new').join('\n')}\n`);
      return 0;
    },
  ],
  [
    /^if cd (\S+)\/etc\/systemd\/system .*\nfor name in (.*); do$/m,
    ({ call, machine }, found) => {
      const path = found[1] ?? '';
      const system = path === '/run/current-system' ? machine.current : systems.find(path);
      if (system === undefined) return 1;
      call.print(`${demoUnitTexts(system, 'text', (found[2] ?? '').split(' ')).join('\n')}\n`);
      return 0;
    },
  ],
  [
    new RegExp(`^${storePathPattern}/bin/switch-to-configuration dry-activate`, 'm'),
    ({ call, machine }, found) => {
      const to = systems.find(found[1] ?? '');
      if (to === undefined) {
        call.print('No such file or directory\nx 127\n');
        return 0;
      }
      call.print(`${dryActivateLines(machine, to).join('\n')}\nx 0\n`);
      return 0;
    },
  ],
  [
    new RegExp(`^path=${storePathPattern}$[\\s\\S]*--query --requisites`, 'm'),
    ({ call }, found) => {
      const system = systems.find(found[1] ?? '');
      if (system === undefined) return 1;
      call.print(closureText(systems, system));
      return 0;
    },
  ],
];

/** Whether a system is on the machine. */
export const storeAnswers = (systems: DemoSystems): readonly SignedAnswer[] => [
  [
    new RegExp(`--check-validity ${storePathPattern}[\\s\\S]*echo gone`),
    ({ call, machine }, found) => {
      call.print(
        machine.store.isValid(found[1] ?? '') ? `current ${machine.current.toplevel}\n` : 'gone\n',
      );
      return 0;
    },
  ],
  [
    new RegExp(`--check-validity ${storePathPattern}[\\s\\S]*echo valid`),
    ({ call, machine, script }, found) => {
      const path = found[1] ?? '';
      const to = systems.find(path);
      call.print(machine.store.isValid(path) ? 'valid\n' : 'absent\n');
      if (machine.store.isValid(path) && to !== undefined && script.includes('dry-activate'))
        call.print(`${demoDryRun(machine, to).join('\n')}\n`);
      return 0;
    },
  ],
];
