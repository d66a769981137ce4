/** A text as Markdown shows it: characters that it would read as its own have a backslash. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>#|]/g, '\\$&');
