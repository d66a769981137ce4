import { type Line, type Span, span, type Tone } from '../../model/words/line.ts';
import { isHit } from '../../model/words/log.ts';

/** A text with the places inverse where what is searched stands. */
export const highlight = (text: string, search: string, tone: Tone = 'plain'): Line => {
  if (!isHit(text, search)) return [span(text, tone)];
  const within = search === search.toLowerCase() ? text.toLowerCase() : text;
  const spans: Span[] = [];
  let from = 0;
  for (let at = within.indexOf(search); at >= 0; at = within.indexOf(search, from)) {
    if (at > from) spans.push(span(text.slice(from, at), tone));
    spans.push({ text: text.slice(at, at + search.length), inverse: true, bold: true });
    from = at + search.length;
  }
  if (from < text.length) spans.push(span(text.slice(from), tone));
  return spans;
};
