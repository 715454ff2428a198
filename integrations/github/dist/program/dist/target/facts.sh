# shellcheck shell=sh
# Facts: what is here, in lines `WORD VALUE…`. Looking changes nothing.

# $1 how many of the last ledger lines, $2 yes to add the directory digests of the base; then three arguments for each shared entry.
slh_say_facts() {
  slh_last_lines=$1
  slh_with_base=$2
  shift 2
  slh_say_machine
  slh_find_layout_problems
  slh_say "exists $([ -d "$slh_root" ] && echo yes || echo no)"
  slh_say_space
  slh_say_current
  slh_say_releases
  slh_say_php
  if [ -d "$slh_home" ]; then
    slh_say "root $(readlink "$slh_home/root-id" 2>/dev/null || echo -)"
    slh_say_lock
    slh_say_debris
    slh_say_ledger "$slh_last_lines"
  fi
  while [ "$#" -ge 3 ]; do
    slh_look_shared "$1" "$2" "$3"
    shift 3
  done
  [ "$slh_with_base" != yes ] || slh_say_base
}

slh_say_machine() {
  slh_say "user $(id -un 2>/dev/null || id -u)"
  slh_say "clock $(date +%s)"
  slh_say "system $(uname -s 2>/dev/null)"
  if slh_killed_at_logout; then slh_say "killed-at-logout"; fi
  for slh_tool in awk tar find sort xargs sha256sum shasum mkfifo setsid git; do
    slh_have "$slh_tool" && slh_say "tool $slh_tool"
  done
}

# Whether systemd kills what a user leaves behind when his session ends (logind.conf): then who has lost us cannot go back by himself.
slh_killed_at_logout() {
  [ -n "${XDG_SESSION_ID-}" ] || return 1
  slh_rules=$(loginctl show-session --property=KillUserProcesses --property=KillOnlyUsers --property=KillExcludeUsers 2>/dev/null)
  case $slh_rules in *KillUserProcesses=yes*) ;; *) return 1 ;; esac
  slh_name=$(id -un)
  slh_only=$(slh_put "$slh_rules" | sed -n 's/^KillOnlyUsers=//p')
  case " $(slh_put "$slh_rules" | sed -n 's/^KillExcludeUsers=//p') " in *" $slh_name "*) return 1 ;; *) ;; esac
  [ -n "$slh_only" ] || return 0
  case " $slh_only " in *" $slh_name "*) return 0 ;; *) return 1 ;; esac
}

slh_say_space() {
  slh_nearest_parent "$slh_releases"
  slh_say "space $(slh_free_kilobytes "$slh_parent") $(slh_free_nodes "$slh_parent")"
  slh_say "filesystem $(stat -f -c %T "$slh_parent" 2>/dev/null || echo unknown)"
}

# `current`: its text, and the release that it resolves to; or what is there that is no link.
slh_say_current() {
  if [ -L "$slh_current" ]; then
    slh_say "current $(slh_escape "$(readlink "$slh_current")")"
    slh_live
    slh_say "live ${slh_live:--}"
    [ -n "$slh_live" ] || [ -z "$slh_within" ] || slh_say "within $slh_within"
    [ -n "$slh_live" ] || [ -e "$slh_current" ] || slh_say "dangling"
  elif [ -d "$slh_current" ]; then
    slh_say "in-place directory"
  elif [ -e "$slh_current" ]; then
    slh_say "in-place file"
  fi
}

# Sets slh_live to the release id that `current` resolves to, whatever the text of the link, or to nothing; and slh_within to the one that
# it leads to or, set by somebody else, into.
slh_live() {
  slh_live=
  slh_within=
  slh_target=$(cd "$slh_current" 2>/dev/null && pwd -P && echo x) || return 0
  slh_target=${slh_target%"$slh_newline"x}
  slh_base=$(cd "$slh_releases" 2>/dev/null && pwd -P && echo x) || return 0
  slh_base=${slh_base%"$slh_newline"x}
  case $slh_target in "$slh_base"/*) slh_within=${slh_target#"$slh_base"/} ;; *) return 0 ;; esac
  case $slh_within in */*) slh_within=${slh_within%%/*} ;; *) slh_live=$slh_within ;; esac
}

# Whether `current` leads to release $1 or to somewhere inside it.
slh_serves() {
  slh_live
  [ "$slh_within" = "$1" ]
}

# Names that can be a release (release/id.ts has the same rule).
slh_is_release_name() {
  case $1 in
  '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) return 1 ;;
  *) [ "${#1}" -le 128 ] ;;
  esac
}

# `release ID SEALED BYTES LEFT_AGO` for each directory with such a name, `foreign NAME` for everything else in releases/.
slh_say_releases() {
  slh_ids=
  slh_now=$(date +%s)
  [ -d "$slh_releases" ] || return 0
  for slh_e in "$slh_releases"/* "$slh_releases"/.[!.]* "$slh_releases"/..?*; do
    slh_exists "$slh_e" || continue
    slh_id=${slh_e##*/}
    if slh_is_release_name "$slh_id" && [ -d "$slh_e" ] && ! [ -L "$slh_e" ]; then
      slh_ids="$slh_ids $slh_id"
      slh_say_release "$slh_id"
    else
      slh_say "foreign $(slh_escape "$slh_id")"
    fi
  done
}

slh_say_release() {
  slh_sealed=no
  slh_bytes=-
  slh_ago=-
  if [ -f "$slh_home/manifests/$1.seal" ]; then
    slh_sealed=yes
    read -r slh_bytes 2>/dev/null <"$slh_home/manifests/$1.seal"
  fi
  if read -r slh_when 2>/dev/null <"$slh_home/left/$1"; then slh_ago=$((slh_now - slh_when)); fi
  slh_say "release $1 $slh_sealed $slh_bytes $slh_ago"
}

# What earlier runs left: temporary links, working directories without an owner, things on their way out.
slh_say_debris() {
  for slh_e in "$slh_root/.$slh_current_name".slh-*; do
    [ -L "$slh_e" ] && slh_say "debris link $(slh_escape "${slh_e##*/}")"
  done
  for slh_e in "$slh_home"/run/*; do
    [ -d "$slh_e" ] && [ "${slh_e##*/}" != "$slh_sid" ] && slh_say "debris run ${slh_e##*/}"
  done
  slh_say_left_puts
  for slh_e in "$slh_home"/trash/*; do
    slh_exists "$slh_e" && slh_say "debris trash ${slh_e##*/}"
  done
}

# The sealed release whose contents most likely serve the next one: the live one, else the last sealed by name.
slh_say_base() {
  slh_live
  slh_base=$slh_live
  if [ -z "$slh_base" ] || ! slh_is_base "$slh_base"; then
    slh_base=
    for slh_id in $slh_ids; do
      slh_is_base "$slh_id" && slh_base=$slh_id
    done
  fi
  [ -n "$slh_base" ] || return 0
  slh_say "base $slh_base"
  awk -v tag="@$slh_token a directory " '$1 == "D" { sub(/^D - 0 /, ""); print tag $0 }' "$slh_home/manifests/$slh_base"
}

slh_is_base() { [ -f "$slh_home/manifests/$1" ] && [ -f "$slh_home/manifests/$1.seal" ] && [ -d "$slh_releases/$1" ]; }
