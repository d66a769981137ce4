import type { NixCause } from '../nix/cause.ts';
import {
  attributeName,
  packageWithoutVersion,
  type RefusedPackage,
} from '../nix/refused-package.ts';
import { blameInputs } from './blame-inputs.ts';
import { allow, type Remedy, type RemedyScene, remedy, trace } from './remedy.ts';

const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]|\$\{/g, (found) => `\\${found}`)}"`;

const permitByName = (setting: string, name: string): string =>
  `nixpkgs.config.${setting} = pkg: builtins.elem (lib.getName pkg) [ ${quoted(name)} ];`;

const leaveOut = 'Leave the package out until nixpkgs has repaired it';

/** What nixpkgs accepts as a person's own decision, for each of its reasons. */
const decisionsOn = ({ package: refused, refusal }: RefusedPackage): readonly Remedy[] => {
  const name = packageWithoutVersion(refused);
  switch (refusal.reason) {
    case 'insecure':
      return [
        allow(
          'Replace the package; or allow it, with security holes that are known and open',
          `nixpkgs.config.permittedInsecurePackages = [ ${quoted(refused)} ];`,
        ),
      ];
    case 'unfree':
      return [
        allow('Allow it, which accepts its license', permitByName('allowUnfreePredicate', name)),
      ];
    case 'blocked-license':
      return [
        remedy(
          'open-file',
          'Replace the package, or take its license out of nixpkgs.config.blocklistedLicenses.',
        ),
      ];
    case 'not-from-source':
      return [
        allow(
          'Allow it, which trusts programs that others built',
          permitByName('allowNonSourcePredicate', name),
        ),
      ];
    case 'broken':
      return [
        remedy(
          'allow',
          `${leaveOut}; allowing it (nixpkgs.config.allowBroken) most likely only moves the failure into the build.`,
        ),
      ];
    case 'platform':
      return [
        remedy(
          'open-file',
          `Leave ${name} out where the platform is ${refusal.platform ?? 'that of this host'}: lib.optional (lib.meta.availableOn pkgs.stdenv.hostPlatform pkgs.${attributeName(name)}) …`,
        ),
        allow(
          'Or build it anyway; that most likely fails',
          'nixpkgs.config.allowUnsupportedSystem = true;',
        ),
      ];
    case 'problems':
      return [
        remedy('open-file', `${leaveOut}, or use another one in its place.`),
        ...refusal.problems.map((problem) =>
          allow(
            problem.kind === 'broken'
              ? 'Or allow it; the failure then most likely comes in the build'
              : `Or accept that it is "${problem.name}"`,
            `nixpkgs.config.problems.handlers.${attributeName(name)}.${attributeName(problem.name)} = "warn";`,
          ),
        ),
      ];
  }
};

/** What to do about a package that nixpkgs refuses. */
export const refusedRemedies = (cause: NixCause, scene: RemedyScene): readonly Remedy[] => [
  ...(cause.refused === undefined ? [] : decisionsOn(cause.refused)),
  ...blameInputs(scene),
  trace(scene),
];
