/** A sentence with the host's name before it, unless it names the host itself. */
export const aboutHost = (host: string, sentence: string): string =>
  sentence.split(/[\s"'(),:;]+/).includes(host) ? sentence : `${host}: ${sentence}`;
