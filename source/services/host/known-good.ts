import { knownGoodLink, knownGoodProfile, oldKnownGoodProfile } from './commands.ts';

const profiles = knownGoodProfile.replace(/\/[^/]*$/, '');

/** A system that an earlier nixup kept under another name is kept under this name. */
const moveKnownGood = `if [ -L ${oldKnownGoodProfile} ]; then
    [ -L ${knownGoodProfile} ] || nix-env -p ${knownGoodProfile} --set "$(readlink -f ${oldKnownGoodProfile})" >/dev/null 2>&1 </dev/null
    [ -L ${knownGoodProfile} ] && rm -f ${oldKnownGoodProfile} ${oldKnownGoodProfile}-*-link
  fi`;

/**
 * Makes a system the known good one, as `nix-env --set` does it (`createGeneration` and
 * `switchGeneration` of Nix, profiles.cc), which takes most of its time to begin: the next numbered
 * link, which holds the system as a root from then on, then the profile to it. The system runs, so
 * that it is held until then. An earlier one goes: each link of a profile holds a whole system, and
 * has an entry in the boot menu.
 */
const setKnownGood = (word: string): string => `{
    [ -d ${profiles} ] || mkdir -p ${profiles} 2>/dev/null
    number=0
    for link in ${knownGoodProfile}-*-link; do
      each=\${link#${knownGoodProfile}-}
      each=\${each%-link}
      case $each in '' | *[!0-9]*) continue ;; esac
      [ "$each" -gt "$number" ] && number=$each
    done
    number=$((number + 1))
    ln -s ${word} ${knownGoodLink('"$number"')} 2>/dev/null &&
      ln -sfn ${knownGoodLink('"$number"').replace(/^.*\//, '')} ${knownGoodProfile} 2>/dev/null &&
      [ ${knownGoodProfile} -ef ${word} ] && for link in ${knownGoodProfile}-*-link; do
        [ "$link" = ${knownGoodLink('"$number"')} ] || rm -f "$link"
      done
  }`;

/**
 * A system that the host ran and booted before is known good; one that was only tried is not. Shell
 * words.
 */
export const keepKnownGood = (profile: string, old: string): string =>
  `${moveKnownGood}
  if [ ${profile} -ef ${old} ] && ! [ ${knownGoodProfile} -ef ${old} ]; then ${setKnownGood(old)}; fi`;

/**
 * The system that a rollback leaves is not known good: the system that it goes back to takes its
 * place. Shell words.
 */
export const forgetKnownGood = (left: string, instead: string): string =>
  `${moveKnownGood}
  if [ ${knownGoodProfile} -ef ${left} ]; then ${setKnownGood(instead)}; fi`;
