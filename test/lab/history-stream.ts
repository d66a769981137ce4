export type Commit = {
  readonly subject: string;
  readonly body?: string;
  readonly author: string;
  readonly at: number;
  readonly files: Readonly<Record<string, string>>;
};

export type Line = {
  readonly branch: string;
  readonly from?: { readonly branch: string; readonly index: number };
  readonly commits: readonly Commit[];
};

/** All commits go to refs/full/BRANCH; which of them a branch shows is set afterwards, by date. */
export function stream(lines: readonly Line[]): string {
  const parts: string[] = [];
  let mark = 0;
  const marks = new Map<string, number>();
  for (const { branch, from, commits } of lines) {
    commits.forEach((commit, index) => {
      mark += 1;
      marks.set(`${branch}:${index}`, mark);
      const who = `${commit.author} <${commit.author.toLowerCase().replaceAll(' ', '.')}@example.org> ${commit.at} +0000`;
      const message =
        commit.body === undefined ? `${commit.subject}\n` : `${commit.subject}\n\n${commit.body}\n`;
      parts.push(
        `commit refs/full/${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n${data(message)}`,
      );
      if (index === 0 && from !== undefined)
        parts.push(`from :${marks.get(`${from.branch}:${from.index}`)}\n`);
      for (const [file, text] of Object.entries(commit.files))
        parts.push(`M 100644 inline ${file}\n${data(text)}`);
      parts.push('\n');
    });
  }
  return parts.join('');
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
