import { isFields, readJson } from '../json.ts';

/** A silence of Alertmanager that is not over. */
interface Silence {
  readonly id: string;
  readonly comment: string;
}

/** `POST /api/v2/silences` of Alertmanager; null when it is something else. */
export const parseSilenceId = (text: string): string | null => {
  const read = readJson(text);
  const id = isFields(read) ? read['silenceID'] : null;
  return typeof id === 'string' && /^[\w-]+$/.test(id) ? id : null;
};

/** `GET /api/v2/silences`: those that are pending or active; null when it is something else. */
export const parseSilences = (text: string): readonly Silence[] | null => {
  const read = readJson(text);
  if (!Array.isArray(read)) return null;
  return read.flatMap((one: unknown): readonly Silence[] => {
    if (!isFields(one) || !isFields(one['status'])) return [];
    const { id, comment } = one;
    return typeof id === 'string' &&
      /^[\w-]+$/.test(id) &&
      typeof comment === 'string' &&
      one['status']['state'] !== 'expired'
      ? [{ id, comment }]
      : [];
  });
};

/** `POST /api/annotations` of Grafana; null when it is something else. */
export const parseAnnotationId = (text: string): number | null => {
  const read = readJson(text);
  const id = isFields(read) ? read['id'] : null;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
};

/** `GET /api/annotations`; null when it is something else. */
export const parseAnnotationIds = (text: string): readonly number[] | null => {
  const read = readJson(text);
  if (!Array.isArray(read)) return null;
  return read.flatMap((one: unknown) => {
    const id = isFields(one) ? one['id'] : null;
    return typeof id === 'number' && Number.isSafeInteger(id) ? [id] : [];
  });
};
