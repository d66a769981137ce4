import { z } from 'zod';
import { readJson } from '../json.ts';

export interface GrafanaHealth {
  /** `ok`, or what Grafana says of its database. */
  readonly database: string;
  readonly version: string | null;
}

export interface DataSource {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
}

const health = z.looseObject({ database: z.string(), version: z.string().optional() });

const dataSources = z.array(z.looseObject({ uid: z.string(), name: z.string(), type: z.string() }));

const check = z.looseObject({ status: z.string().optional(), message: z.string().optional() });

/** Reads `/api/health`; null when it is something else. */
export const parseGrafanaHealth = (text: string): GrafanaHealth | null => {
  const read = health.safeParse(readJson(text));
  return read.success ? { database: read.data.database, version: read.data.version ?? null } : null;
};

/** Reads `/api/datasources`; null when it is something else. */
export const parseDataSources = (text: string): readonly DataSource[] | null => {
  const read = dataSources.safeParse(readJson(text));
  return read.success ? read.data.map(({ uid, name, type }) => ({ uid, name, type })) : null;
};

export type DataSourceHealth =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly message: string }
  /** Its plugin has no health check. */
  | { readonly kind: 'unknown' };

/** Judges the answer of `/api/datasources/uid/UID/health`: 200 `OK`, 400 with the reason, 404 or 501 without a check. */
export const judgeDataSource = (status: number, text: string): DataSourceHealth => {
  const read = check.safeParse(readJson(text));
  const body = read.success ? read.data : {};
  if (status === 404 || status === 501) return { kind: 'unknown' };
  if (status === 200 && (body.status === undefined || body.status.toUpperCase() === 'OK'))
    return { kind: 'healthy' };
  return { kind: 'unhealthy', message: body.message ?? `status ${status}` };
};
