/*
 * The scripts of all shells ask the program itself, which answers from its table of subcommands and from what is
 * remembered of the flake: `nixup __complete -- WORD…`, the last word being the one under the cursor. The first line of
 * the answer is `files` where the shell adds its own files, else `words`; each other line is a word, a tab, and its help.
 */

/** For bash: `source <(nixup completions bash)`. */
export const bashCompletion = (): string =>
  String.raw`_nixup_words() {
  # Sets words: those of a line without their quotes, which nothing in it can run; the last one may be empty.
  local line="$1" char quote="" word="" began="" at
  words=()
  for ((at = 0; at < \${#line}; at++)); do
    char="\${line:at:1}"
    if [[ -n "$quote" && "$char" == "$quote" ]]; then
      quote=""
    elif [[ "$char" == "\\" && "$quote" != "'" ]]; then
      at=$((at + 1))
      word+="\${line:at:1}" began=1
    elif [[ -n "$quote" ]]; then
      word+="$char"
    elif [[ "$char" == [\"\'] ]]; then
      quote="$char" began=1
    elif [[ "$char" == [[:space:]] ]]; then
      [[ -n "$began" ]] && words+=("$word")
      word="" began=""
    else
      word+="$char" began=1
    fi
  done
  words+=("$word")
}
_nixup() {
  # As it was typed: COMP_WORDS is cut at every @, = and : too.
  local line="\${COMP_LINE:0:COMP_POINT}" before answer kind one
  local -a words=()
  local piece="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$piece" == [@=:] ]] && piece=""
  _nixup_words "$piece"
  piece="\${words[-1]}"
  _nixup_words "$line"
  local word="\${words[-1]}"
  # What of the word bash keeps in front of an answer.
  before="\${word%"$piece"}"
  answer="$("\${words[0]/#\~\//$HOME/}" __complete -- "\${words[@]:1}" 2>/dev/null)" || return
  COMPREPLY=()
  kind="\${answer%%$'\n'*}"
  while IFS=$'\t' read -r one _; do
    [[ -n "$one" ]] && COMPREPLY+=("\${one#"$before"}")
  done <<< "\${answer#"$kind"}"
  if [[ "$kind" == files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen -f -- "$piece")
  fi
}
complete -F _nixup nixup`.replaceAll('\\$', '$');

/** For zsh: a file named `_nixup` on fpath, or `source <(nixup completions zsh)`. */
export const zshCompletion = (): string =>
  String.raw`#compdef nixup
_nixup() {
  local kind line program="\${\${(Q)words[1]}/#\~\//$HOME/}"
  local -a answer found shown
  # zsh hands over words with their quotes.
  answer=("\${(@f)$("$program" __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  kind="\${answer[1]}"
  for line in "\${(@)answer[2,-1]}"; do
    [[ -z "$line" ]] && continue
    found+=("\${line%%$'\t'*}")
    [[ "$line" == *$'\t'* ]] && line="\${line/$'\t'/  -- }"
    shown+=("$line")
  done
  (( \${#found} )) && compadd -l -d shown -a found
  [[ "$kind" == files ]] && _files
  return 0
}
if [[ "$funcstack[1]" == "_nixup" ]]; then _nixup "$@"; else compdef _nixup nixup; fi`.replaceAll(
    '\\$',
    '$',
  );

/** For fish: `nixup completions fish | source`. */
export const fishCompletion = (): string =>
  [
    'function __nixup_complete',
    '  set -l words (commandline -opc)',
    '  set -l word (commandline -ct)',
    '  set -l program (string replace --regex "^~/" "$HOME/" -- $words[1])',
    '  set -l answer ($program __complete -- $words[2..-1] "$word" 2>/dev/null)',
    '  test "$answer[1]" = files; and __fish_complete_path "$word"',
    "  printf '%s\\n' $answer[2..-1]",
    'end',
    "complete -c nixup -f -a '(__nixup_complete)'",
  ].join('\n');
