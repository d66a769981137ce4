import { showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import type { Tone } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';
import type { HealthRow } from '../rows/health.ts';
import { verdictTone } from '../texts/metric.ts';

/** What a row under a host says, whole, with its sign and its tone. */
export const wordsOfRow = (
  row: Exclude<HealthRow, { readonly kind: 'host' }>,
): { readonly words: string; readonly short: string; readonly tone: Tone } => {
  const whole = (words: string, tone: Tone, short = words) => ({ words, short, tone });
  switch (row.kind) {
    case 'unit': {
      const unit = shortUnitName(showUnitFailure(row.unit));
      const words = `${row.critical ? glyph.failed : glyph.look} ${unit}  ${row.problem}${row.critical ? ', critical' : ''}`;
      return whole(words, row.critical ? 'bad' : 'warn');
    }
    case 'check': {
      const { problem, isOld, isUnknown } = row.trouble;
      if (isUnknown === true) return whole(`${glyph.look} ${problem} (not known)`, 'warn');
      return isOld
        ? whole(`${glyph.look} ${problem} (before the deploy too)`, 'muted')
        : whole(`${glyph.failed} ${problem}`, 'bad');
    }
    case 'old-code':
      return whole(`${glyph.look} ${row.words}`, 'accent');
    case 'noted':
      return whole(row.words, 'warn');
    case 'sampled':
      return whole(row.words, 'plain');
    case 'metric':
      return whole(row.line.words, verdictTone(row.line.judged.verdict), row.line.short);
  }
};
