import { withoutControls } from '../words/without-controls.ts';

/** What forges make links and notices of, before a word: issues, people, merge requests, labels. */
const mention = /([#@!~%^$])(?=[\p{L}\p{N}_"])/gu;

/**
 * Text of strangers, such as the subject of a commit, as Markdown that is read as just that text: in
 * one line, without links, HTML, images, marks of its own, and without mentions. `#12` and `@name` of
 * other repositories' subjects would link to, and notify, strangers.
 */
export const inert = (text: string): string =>
  withoutControls(text.replace(/\s+/g, ' ').trim())
    .replaceAll(/[\\`*_[\]()|{}~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(mention, '$1<!-- -->')
    .replaceAll(/\b(GH|gh)-(?=\d)/g, '$1-<!-- -->')
    // Addresses are links without any mark, and one of an issue tells that issue of it.
    .replaceAll(/\b([a-z][a-z0-9+.-]*:)(?=\/\/)/gi, '$1<!-- -->')
    .replaceAll(/\b(www)(?=\.)/gi, '$1<!-- -->')
    // A line that begins so would be a list, a heading or a rule.
    .replace(/^(?=[-+#](?:\s|$)|[-=]+$)/, '\\')
    .replace(/^(\d+)(?=\.\s)/, '$1\\');

/** The same inside an element of HTML, where Markdown has no meaning. */
export const inertHtml = (text: string): string =>
  withoutControls(text.replace(/\s+/g, ' ').trim())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(mention, '$1<!-- -->');

/** The same of text with lines: the message of a commit, whose paragraphs and lists stay. */
export const inertLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const [, lead = '', rest = ''] = /^(\s*(?:- )?)(.*)$/.exec(line) ?? [];
      return `${lead.slice(0, 6)}${inert(rest)}`;
    })
    .join('\n');
