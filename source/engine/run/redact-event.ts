import { redact } from '../../parsers/redact.ts';
import type { Undated } from '../../state/events.ts';

/** Events whose texts come from programs, hosts and servers. Facts with large texts of their own are not among them. */
const foreign: ReadonlySet<Undated['type']> = new Set<Undated['type']>([
  // Lines of logs are clean since they were said: there are too many to look at twice.
  'missed',
  'achieved',
  'stage-changed',
  'host-worked',
  'host-unprobed',
  'host-expected',
  'fleet-unlisted',
  'board-observed',
  'noticed',
  'causes-found',
  'result',
]);

const redactDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)]));
};

/** The event without secrets: before it reaches state, journal or screen. The shape stays. */
export const redactEvent = <Event extends Undated>(event: Event): Event =>
  foreign.has(event.type) ? (redactDeep(event) as Event) : event;
