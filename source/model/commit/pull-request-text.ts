/** GitHub takes 65,536 characters of a text and 256 of a title; a report is cut before. */
const longestBody = 60_000;
const longestTitle = 250;

/** `#12` and `@name` of other repositories' subjects would link to, and notify, strangers. */
const withoutMentions = (text: string): string =>
  text.replaceAll(/([#@])(?=[A-Za-z0-9])/g, '$1<!-- -->');

const cut = (text: string): string => {
  if (text.length <= longestBody) return text;
  const kept = text.slice(0, text.lastIndexOf('\n', longestBody));
  const left = text.slice(kept.length).split('\n').length - 1;
  return `${kept}\n\n… ${left} more lines: git log -1 has them all`;
};

/** A commit's message as title and text of a pull request. */
export const forPullRequest = (
  title: string,
  body: string,
): { readonly title: string; readonly body: string } => ({
  title: title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1)}…`,
  body: cut(withoutMentions(body)),
});
