import { shortUnitName } from '../host/unit-name.ts';
import { counted } from '../words/sentences.ts';
import {
  connectionsCut,
  groupImpact,
  type HostPreview,
  irreversible,
  mayNotReadData,
} from './preview.ts';

/** A part of what a deploy does to a host, in a few words. */
export interface BriefPart {
  readonly text: string;
  readonly isWarning: boolean;
}

/** More critical units than these are counted. */
const namedUnits = 2;

const unitWords = ({ basis, impact, critical }: HostPreview): string => {
  if (basis === 'untouched') return 'nothing is switched';
  const { restarts, stops } = groupImpact(impact);
  if (restarts.length + stops.length === 0) return 'no unit restarts';
  const names = critical.slice(0, namedUnits).map(shortUnitName).join(', ');
  const more = critical.length - namedUnits;
  return [
    ...(restarts.length === 0 ? [] : [`restarts ${counted(restarts.length, 'unit')}`]),
    ...(stops.length === 0 ? [] : [`stops ${counted(stops.length, 'unit')}`]),
    ...(critical.length === 0 ? [] : [`critical: ${names}${more > 0 ? ` and ${more} more` : ''}`]),
  ].join(', ');
};

const rebootWords = (preview: HostPreview, isRestarted: boolean): readonly string[] => {
  if (isRestarted) return ['is rebooted'];
  if (preview.mustBoot.length > 0) return ['cannot be switched to: needs a reboot'];
  return preview.bootParts.length > 0 ? ['needs a reboot'] : [];
};

const namesOf = (changes: readonly { readonly name: string }[]): string =>
  changes.map(({ name }) => name).join(', ');

/** What a person has to know of a host before it is changed, shortest first read: the details say how and why. */
export const previewBrief = (preview: HostPreview, isRestarted: boolean): readonly BriefPart[] => {
  const cut = connectionsCut(preview.impact);
  const data = irreversible(preview);
  const older = mayNotReadData(preview);
  const warnings = [
    ...(preview.notCompared === undefined ? [] : ['not everything could be compared']),
    ...rebootWords(preview, isRestarted),
    ...(data.length === 0 ? [] : [`data of ${namesOf(data)} not reversible`]),
    ...(older.length === 0 ? [] : [`${namesOf(older)} may not read the data`]),
    ...(preview.otherSystem === undefined ? [] : [preview.otherSystem.replace(/:.*$/, '')]),
    ...(preview.leaves === undefined ? [] : [`leaves its specialisation ${preview.leaves}`]),
    ...(preview.switchedBy === undefined ? [] : [`${preview.switchedBy.join(', ')} may undo it`]),
    ...cut.map((what) => `${what} may drop`),
  ];
  return [
    preview.basis === 'unknown'
      ? { text: 'units not known', isWarning: true }
      : { text: unitWords(preview), isWarning: false },
    ...warnings.map((text) => ({ text, isWarning: true })),
  ];
};
