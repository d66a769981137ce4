import type { Failure } from '../../model/failure.ts';
import type { ForgeLimit } from '../../model/inputs/forge-limit.ts';
import type { Clock, HttpResponse } from '../world/world.ts';

/** Wait after a refusal that names no end, ms. */
const usualPauseMs = 60_000;

/** Requests that a long list leaves: Nix asks the same forge, and so do counts. */
const keptBack = 15;

/** When a refused request may be repeated, ms since the epoch; null where it was no limit that refused. */
const pauseOf = (response: HttpResponse, now: number): number | null => {
  if (response.status !== 429 && response.status !== 403) return null;
  const retry = Number(response.headers['retry-after']);
  if (response.headers['retry-after'] !== undefined && Number.isFinite(retry))
    return now + retry * 1_000;
  const reset = Number(response.headers['x-ratelimit-reset']);
  if (response.headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return reset * 1_000;
  return response.status === 429 ? now + usualPauseMs : null;
};

/** The last request that was allowed: when there are more, ms; null while some are left. */
const spentUntil = ({ headers }: HttpResponse): number | null => {
  const reset = Number(headers['x-ratelimit-reset']);
  return headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) ? reset * 1_000 : null;
};

/** GitHub says `x-ratelimit-remaining`, GitLab `ratelimit-remaining`. */
const remainingOf = ({ headers }: HttpResponse): number | null => {
  const text = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
  const count = Number(text);
  return text === undefined || text === '' || !Number.isFinite(count) ? null : count;
};

/** What forges still allow. */
export interface ForgeLimits {
  all(): readonly ForgeLimit[];
  /** Why this must not be asked now; null where it may. */
  refusal(url: string): Failure | null;
  /** Why a long list must not go on; null where it may. */
  refusalOfMore(url: string): Failure | null;
  /** Remembers what an answer says; the failure where the answer is a refusal. */
  heard(url: string, response: HttpResponse): Failure | null;
}

/** The budgets of forges by host, as their answers tell them. */
export const createForgeLimits = (clock: Clock): ForgeLimits => {
  const pausedUntil = new Map<string, number>();
  const left = new Map<string, number>();

  const used = (url: string, until: number): Failure => ({
    code: 'http-failed',
    url,
    detail: `the forge's limit of requests is used up for another ${Math.max(1, Math.ceil((until - clock.now()) / 60_000))} min; an access token in nix.conf raises it`,
    isAnswered: true,
  });

  const refusal = (url: string): Failure | null => {
    const until = pausedUntil.get(new URL(url).host) ?? 0;
    return until > clock.now() ? used(url, until) : null;
  };

  return {
    all: () =>
      [...new Set([...left.keys(), ...pausedUntil.keys()])].sort().map((host) => ({
        host: host.replace(/^api\./, ''),
        remaining: left.get(host) ?? null,
        until: pausedUntil.get(host) ?? null,
      })),
    refusal,
    refusalOfMore: (url) => {
      const remaining = left.get(new URL(url).host);
      if (remaining === undefined || remaining > keptBack) return refusal(url);
      return {
        code: 'http-failed',
        url,
        detail: `the forge allows ${remaining} more requests, which are kept for Nix; an access token in nix.conf raises its limit`,
        isAnswered: true,
      };
    },
    heard: (url, response) => {
      const { host } = new URL(url);
      const pause = pauseOf(response, clock.now());
      if (pause !== null) {
        pausedUntil.set(host, pause);
        return used(url, pause);
      }
      const remaining = remainingOf(response);
      if (remaining !== null) left.set(host, remaining);
      const spent = spentUntil(response);
      if (spent !== null) pausedUntil.set(host, spent);
      return null;
    },
  };
};
