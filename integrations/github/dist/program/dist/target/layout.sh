# shellcheck shell=sh
# The layout of an app root: what is in the way of it, how it is made.

# Everything about the root that would stop a deploy, all of it at once, nothing changed. Each problem: `problem CODE TEXT`.
slh_find_layout_problems() {
  slh_problems=0
  if slh_exists "$slh_root" && ! [ -d "$slh_root" ]; then
    slh_problem not-a-directory "The app root is not a directory: $slh_root"
    return 0
  fi
  if ! [ -d "$slh_root" ]; then
    slh_nearest_parent "$slh_root"
    if ! [ -d "$slh_parent" ]; then
      slh_problem not-a-directory "The app root $slh_root cannot be created: $slh_parent is not a directory"
    elif ! slh_can_write_in "$slh_parent"; then
      slh_cannot_write_in "$slh_parent" "The app root $slh_root does not exist. "
    fi
    return 0
  fi
  slh_can_write_in "$slh_root" || slh_cannot_write_in "$slh_root"
  slh_want_directory "$slh_releases"
  if [ -L "$slh_releases" ]; then
    slh_problem releases-is-a-link "$slh_releases is a symbolic link: the relative links of a release would lead elsewhere. Mount it there instead, or move the app root"
  fi
  slh_want_directory "$slh_shared"
  slh_want_directory "$slh_home"
  slh_want_ledger "$slh_home/ledger.jsonl"
  if slh_exists "$slh_current" && ! [ -L "$slh_current" ]; then
    slh_problem current-not-a-link "$slh_current is not a symbolic link. Move it away yourself: it will not be touched"
  fi
}

slh_problem() {
  slh_problems=$((slh_problems + 1))
  slh_say "problem $1 $(slh_escape "$2")"
}

slh_can_write_in() { [ -w "$1" ] && [ -x "$1" ]; }

# The problem of it: $1 the directory, $2 what to say before.
slh_cannot_write_in() {
  slh_code=no-permission
  [ "$(id -u)" != 0 ] || slh_code=read-only
  slh_problem "$slh_code" "${2-}$(slh_why_not "$1")"
}

# Why we may not write in $1. Root may everywhere, so there it is not a matter of rights.
slh_why_not() {
  if [ "$(id -u)" = 0 ]; then
    slh_put "Nobody can write in $1: its file system is mounted read-only, or it was made immutable (chattr +i)"
  else
    slh_put "User $(id -un) may not write in $1, which belongs to $(slh_owner_of "$1")"
  fi
}

# shellcheck disable=SC2012 # what stat can do differs
slh_owner_of() { ls -ld "$1" 2>/dev/null | awk '{ print $3; exit }'; }

slh_nearest_parent() {
  slh_parent=$1
  while ! slh_exists "$slh_parent"; do
    slh_parent=${slh_parent%/*}
    slh_parent=${slh_parent:-/}
  done
}

slh_want_directory() {
  slh_exists "$1" || return 0
  if ! [ -d "$1" ]; then
    slh_problem not-a-directory "$1 exists and is not a directory"
  elif ! slh_can_write_in "$1"; then
    slh_cannot_write_in "$1"
  fi
}

# Who cannot read what was, must not decide from it what may be deleted.
slh_want_ledger() {
  slh_exists "$1" || return 0
  if ! [ -f "$1" ]; then
    slh_problem ledger-not-a-file "$1 is not a file, and the history can be written to nothing else"
  elif slh_can_write_in "$slh_home" && ! { [ -r "$1" ] && [ -w "$1" ]; }; then
    slh_problem ledger-not-ours "User $(id -un) may not read and write $1, the history, which belongs to $(slh_owner_of "$1")"
  fi
}

# The least that a lock needs. $1 a random id for the root, for whoever comes first. Others may do the same at this moment.
slh_make_home() {
  mkdir -p "$slh_home/locks" "$slh_home/manifests" "$slh_home/run" "$slh_home/trash" "$slh_home/left" 2>/dev/null ||
    slh_fail_root "$slh_home"
  chmod 0700 "$slh_home/run" 2>/dev/null
  [ -L "$slh_home/root-id" ] || ln -sn "$1" "$slh_home/root-id" 2>/dev/null || [ -L "$slh_home/root-id" ] ||
    slh_fail_write "$slh_home/root-id" preflight
}

# What stopped us from making $1: the disk, or the right to.
slh_fail_root() {
  slh_nearest_parent "$1"
  slh_space=$(slh_free_kilobytes "$slh_parent")
  slh_nodes=$(slh_free_nodes "$slh_parent")
  if [ "${slh_space:-1}" = 0 ] || [ "${slh_nodes:-1}" = 0 ]; then
    slh_fail disk-full "No space left to create $1"
  fi
  slh_fail preflight "Could not create $1. $(slh_why_not "$slh_parent")"
}

# The rest, under the lock. $1 mode of directories, $2 group or empty. What exists keeps its mode and owner: it may be somebody's choice.
slh_make_layout() {
  for slh_d in "$slh_releases" "$slh_shared"; do
    [ -d "$slh_d" ] && continue
    { mkdir -p "$slh_d" && chmod "$1" "$slh_d"; } 2>/dev/null || slh_fail_write "$slh_d"
    [ -z "$2" ] || chgrp "$2" "$slh_d" 2>/dev/null || slh_fail host "Could not give $slh_d to group $2"
    slh_say "created $(slh_escape "$slh_d")"
  done
}

slh_free_kilobytes() { df -Pk "$1" 2>/dev/null | slh_free; }

# Free inodes, or nothing where the file system or df does not count them.
slh_free_nodes() { df -Pi "$1" 2>/dev/null | slh_free; }

# What stands before the percentage: names of devices and mount points may hold spaces.
slh_free() { awk 'NR == 2 { for (i = NF; i > 1; i--) if ($i ~ /^[0-9]+%$/) { print $(i - 1); exit } }'; }

# A shared entry: $1 dir or file, $2 path, $3 what to do when it is missing. Says `shared STATE PATH`; a problem where it cannot be used.
slh_look_shared() {
  slh_path=$slh_shared/$2
  slh_state_of_shared=present
  if [ -d "$slh_path" ]; then
    [ "$1" = dir ] || slh_problem shared-wrong-kind "$slh_path is a directory, the configuration says file"
  elif [ -e "$slh_path" ]; then
    [ "$1" = file ] || slh_problem shared-wrong-kind "$slh_path is a file, the configuration says directory"
  elif [ -L "$slh_path" ]; then
    slh_problem shared-dangling "$slh_path is a symbolic link to nothing"
  else
    slh_state_of_shared=missing
    [ "$3" != fail ] || slh_problem shared-missing "$slh_path does not exist, and releases need it"
  fi
  slh_say "shared $slh_state_of_shared $(slh_escape "$2")"
}
