const hidden = '***';

/**
 * Patterns that keep their first group and hide the rest. Token prefixes:
 * GitHub (ghp_, github_pat_ …), GitLab (glpat-), Grafana (glsa_, glc_).
 * None begins with a repetition: at each word of a line it would read all the rest of it, which for
 * a line of a megabyte is minutes.
 */
const secrets: readonly RegExp[] = [
  /([a-z0-9+.-]:\/\/[^\s/:@'"]*:)[^\s/@'"]+(?=@)/gi,
  /(\b(?:https?|ssh|git\+https?):\/\/)(?:[A-Za-z0-9_-]{20,}|(?:gh[a-z]_|github_pat_|glpat-)[A-Za-z0-9_-]+)(?=@)/gi,
  /(\b(?:proxy-)?authorization['"]?\s*[:=]\s*['"]?(?:(?:basic|bearer|token|negotiate)\s+)?)[^\s'",;]+/gi,
  /(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(\b(?:private-token|x-api-key|x-auth-token|cookie|set-cookie)['"]?\s*:\s*['"]?)[^\s'",]+/gi,
  /([?&](?:access_token|token|api_key|apikey|key|password|secret|sig|signature|x-amz-signature|private_token)=)[^&\s#'"]+/gi,
  /((?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token)['"]?\s*[:=]\s*['"]?)(?!\s)[^\s'",;&]+/gi,
  /()\b(?:gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|gls?[ac]_[A-Za-z0-9_=]{20,}|AKIA[A-Z0-9]{16})\b/g,
];

/** Words of an `access-tokens` line: `host=token` pairs, each hidden. */
const accessTokens = /(\baccess-tokens\b\s*[=:]?\s*)((?:[^\s=]+=\S+\s*)+)/gi;

/** Lines without one of these hold nothing to hide: most of a build log. */
const suspicious = /pass|secret|token|key|auth|cookie|bearer|:\/\/|gh[a-z]_|glpat|gl[sc]|akia/i;

/** A text with tokens, passwords and credentials in addresses replaced by `***`. */
export const redact = (text: string): string => {
  if (!suspicious.test(text)) return text;
  let clean = text.replace(
    accessTokens,
    (_, name: string, pairs: string) => `${name}${pairs.replace(/=\S+/g, `=${hidden}`)}`,
  );
  for (const secret of secrets) clean = clean.replace(secret, `$1${hidden}`);
  return clean;
};
