import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type {
  AlertRule,
  PrometheusAlert,
  PrometheusTarget,
  SeriesAnswer,
} from '../../parsers/board/prometheus.ts';

export interface Timed {
  readonly tookMs: number;
}

export interface Prometheus {
  /** The address without secrets. */
  readonly url: string;
  ready(): Promise<Result<Timed, Failure>>;
  targets(): Promise<Result<readonly PrometheusTarget[], Failure>>;
  /** Pending and firing alerts. */
  alerts(): Promise<Result<readonly PrometheusAlert[], Failure>>;
  /** The server's own clock, ms since the epoch. */
  time(): Promise<Result<number, Failure>>;
  /** The rules that make alerts. */
  rules(): Promise<Result<readonly AlertRule[], Failure>>;
  /** One value for each series at a time, ms since the epoch; `limitMs`: how long it may take. */
  query(expression: string, at: number, limitMs?: number): Promise<Result<SeriesAnswer, Failure>>;
  queryRange(
    expression: string,
    range: { readonly from: number; readonly to: number; readonly stepSeconds: number },
  ): Promise<Result<SeriesAnswer, Failure>>;
}
