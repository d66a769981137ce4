/** A sentence with the host's name before it, unless it begins with that. */
export const aboutHost = (host: string, sentence: string): string =>
  sentence.startsWith(`${host} `) ? sentence : `${host}: ${sentence}`;

/** The same sentence beside the host's name, which is not said twice. */
export const besideHost = (host: string, sentence: string): string =>
  sentence.startsWith(`${host} `) ? sentence.slice(host.length + 1) : sentence;
