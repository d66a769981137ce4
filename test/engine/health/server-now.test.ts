import { expect, test } from 'vitest';
import { serverNow } from '../../../source/engine/health/ask-watch.ts';
import { success } from '../../../source/model/result.ts';
import type { Prometheus } from '../../../source/services/board/prometheus.ts';

const now = Date.UTC(2026, 5, 20, 20);
const hour = 3_600_000;

const askedAt = (time: number) => {
  const unasked = async (): Promise<never> => {
    throw new Error('only the time is asked');
  };
  const server: Prometheus = {
    url: 'http://p620:9090',
    ready: unasked,
    targets: unasked,
    alerts: unasked,
    rules: unasked,
    query: unasked,
    queryRange: unasked,
    time: async () => success(time),
  };
  return serverNow(server, now);
};

test.each<[string, number, number, RegExp | null]>([
  ['as ours', now, now, null],
  ['as late as an answer may come', now + 60_000, now + 60_000, null],
  ['an hour behind', now - hour, now - hour, /1 h 00 m behind .*; its own was used/],
  ['two days ahead', now + 48 * hour, now + 48 * hour, /2 d ahead of .*; its own was used/],
  ['at the begin of the epoch', 0, now, /behind .*; ours was used: correct the one that is wrong/],
])('a clock of the server %s', async (_, time, used, note) => {
  const answer = await askedAt(time);
  expect(answer.now).toBe(used);
  if (note === null) expect(answer.notes).toEqual([]);
  else expect(answer.notes.join()).toMatch(note);
});
