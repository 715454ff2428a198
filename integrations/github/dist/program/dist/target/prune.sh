# shellcheck shell=sh
# Getting rid of things, carefully. To remove is to rename into trash/ on the same file system: it never delays, and a half-deleted
# release cannot be mistaken for one. The real deletion runs by itself afterwards.

# Whether a process works in release $1, as far as this user could see a moment ago. Sets slh_user to one.
slh_in_use() {
  slh_user=$(slh_put "$slh_found" | awk -v id="$1" '$2 == id { print $1; exit }')
  [ -n "$slh_user" ]
}

# Removes releases: for each a pair of id and ledger line. Whatever speaks against one keeps it, with the reason: `kept ID WHY`.
slh_do_prune() {
  slh_found=
  if slh_sees_processes; then slh_look_at_all ''; fi
  while [ "$#" -ge 2 ]; do
    slh_prune_one "$1" "$2"
    shift 2
  done
}

slh_prune_one() {
  slh_fence
  slh_is_release_name "$1" && [ -d "$slh_releases/$1" ] && ! [ -L "$slh_releases/$1" ] || return 0
  if slh_serves "$1"; then
    slh_say "kept $1 it is live"
    return 0
  fi
  if slh_in_use "$1"; then
    slh_say "kept $1 process $slh_user uses it"
    return 0
  fi
  slh_step "prune.before"
  if slh_discard "$1"; then
    slh_ledger_add "$2" || :
    slh_say "pruned $1"
  else
    slh_say "kept $1 $slh_why"
  fi
}

# A release out of sight, with what is known of it. Who is not root cannot move a directory that he may not write in. Sets slh_why if it stays.
slh_discard() {
  set -- "$1" "$slh_releases/$1" "$slh_home/trash/$1.$slh_generation.$$"
  mv "$2" "$3" 2>/dev/null || { chmod u+rwx "$2" && mv "$2" "$3"; } 2>/dev/null || {
    slh_why="it could not be moved to trash"
    slh_can_write_in "$2" || slh_why="$slh_why: $(slh_why_not "$2")"
    return 1
  }
  rm -f "$slh_home/manifests/$1" "$slh_home/manifests/$1.seal" "$slh_home/manifests/$1.reuse" "$slh_home/left/$1"
}

# Clears what earlier runs left; the lock is ours, so nobody works on it. $1 deleted or empty: whether to wait until it is off the disk,
# $2 number of ledger lines that follow, then the ids to discard. Says what space is free then.
slh_do_clean() {
  slh_fence
  slh_deleted=$1
  slh_count=$2
  shift 2
  slh_clear_debris
  while [ "$slh_count" -gt 0 ]; do
    slh_ledger_add "$1" || slh_fail_write "$slh_home/ledger.jsonl"
    slh_count=$((slh_count - 1))
    shift
  done
  for slh_id in "$@"; do
    if slh_is_release_name "$slh_id" && [ -d "$slh_releases/$slh_id" ] && ! slh_serves "$slh_id"; then
      slh_discard "$slh_id" || slh_say "kept $slh_id $slh_why"
    fi
  done
  slh_flush_file "$slh_home/ledger.jsonl"
  if [ -n "$slh_deleted" ]; then
    slh_empty_trash
    wait
  fi
  slh_say_space
}

slh_clear_debris() {
  slh_clear_puts
  for slh_e in "$slh_root/.$slh_current_name".slh-*; do
    [ -L "$slh_e" ] && rm -f "$slh_e"
  done
  for slh_e in "$slh_home"/run/*; do
    if [ -d "$slh_e" ] && [ "${slh_e##*/}" != "$slh_sid" ]; then
      rm -rf "$slh_e" 2>/dev/null || slh_say "stuck $(slh_why_not "$slh_e")"
    fi
  done
}

# Deletes for good, beside us. Directories that were made read-only (module caches) are opened first.
slh_empty_trash() {
  set -- "$slh_home"/trash/*
  slh_exists "$1" || return 0
  # shellcheck disable=SC2016
  slh_session "$slh_shell" -c 'rm -rf -- "$@" || { chmod -R u+rwX -- "$@"; rm -rf -- "$@"; }' sh "$@" </dev/null >/dev/null 2>&1 &
}

# A deploy that failed before its switch: its half release goes. $1 release, $2 ledger line `failed`. First the space, then the line.
slh_do_abandon() {
  slh_fence
  if [ -n "$1" ] && [ -d "$slh_releases/$1" ] && ! slh_serves "$1"; then
    slh_discard "$1" || slh_say "warning The half release $1 was not removed: $slh_why"
  fi
  slh_empty_trash
  [ -z "$2" ] || slh_ledger_add_now "$2" || slh_say "warning The failure could not be written into the ledger"
}

# The same, where the controller is lost: then the lock.
slh_lose_before_switch() {
  (slh_do_abandon "$1" "$2")
  slh_unlock
}
