/** A sentence with the host's name before it, unless it begins with that. */
export const aboutHost = (host: string, sentence: string): string =>
  sentence.startsWith(`${host} `) ? sentence : `${host}: ${sentence}`;
