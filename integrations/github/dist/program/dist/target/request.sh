# shellcheck shell=sh
# The requests of the open: what a controller asks first. Each `slh_do_…` function is one request (host/requests.ts has the other end).

# Looks and changes nothing.
slh_do_look() { slh_say_facts "$@"; }

# Takes the lock and looks, in one. $1 candidate for the root's id, $2 what to write into the lock, $3 and $4 a suspect generation and its
# heartbeat, $5 how long to wait (slh_lock_acquire); the rest as slh_say_facts. Without the lock only its owner and what is live are told; where the layout
# is in the way nothing is changed, and everything else that may be is told with it.
slh_do_open() {
  slh_root_candidate=$1
  slh_owner_text=$2
  slh_suspect=$3
  slh_suspect_beat=$4
  slh_turn=$5
  shift 5
  if [ -n "$(slh_find_layout_problems)" ]; then
    slh_say_facts "$@"
    slh_say "opened no"
    return 0
  fi
  slh_make_home "$slh_root_candidate"
  slh_use_reserve
  if ! slh_lock_acquire "$slh_owner_text" "$slh_suspect" "$slh_suspect_beat" "$slh_turn"; then
    slh_say "root $(readlink "$slh_home/root-id")"
    slh_say_lock
    slh_say_current
    slh_say "opened no"
    return 0
  fi
  slh_step "open.locked"
  # From here to the end of this request a lost controller is found by its dead process.
  slh_beat=$slh_home/locks/$slh_generation.beat
  slh_put 0 2>/dev/null >"$slh_beat"
  { mkdir -p "$slh_run" && chmod 0700 "$slh_run"; } 2>/dev/null || slh_fail_write "$slh_run"
  slh_choose_rename "$slh_run/probe" ||
    slh_fail preflight "No program here can replace a symbolic link atomically on this file system (tried mv -T, mv -h, perl, python3)"
  slh_keep_reserve
  slh_say_takeover
  slh_say "opened $slh_generation $slh_renamer"
  slh_say_facts "$@"
}

# Looks again at what is live: the read-back after a switch, for everybody's report.
slh_do_read_back() {
  slh_refresh
  slh_say_current
}

# Which contents do sealed releases hold? $1 the SHA-256 sums asked for, one a line. Says `held SUM RELEASE PATH` for one place each, a
# place with the wanted path being the controller's business.
slh_do_held() {
  slh_wanted=$1
  set --
  for slh_m in "$slh_home"/manifests/*.seal; do
    slh_id=${slh_m##*/}
    slh_id=${slh_id%.seal}
    slh_is_base "$slh_id" && set -- "$@" "$slh_id"
  done
  [ "$#" -gt 0 ] || return 0
  cd "$slh_home/manifests" || slh_fail host "Could not enter $slh_home/manifests"
  slh_put "$slh_wanted" | awk -v tag="@$slh_token a held " '
    NR == FNR { wanted[$0] = 1; next }
    $1 == "F" && ($4 in wanted) && seen[$4]++ < 8 {
      path = $0; sub(/^F [-x] [0-9]+ [0-9a-f]+ /, "", path)
      print tag $4 " " FILENAME " " path
    }' - "$@"
}

# Takes a person's hold. It has no process, so nothing but release ends it.
slh_do_hold() {
  slh_make_home "$1"
  slh_use_reserve
  if slh_lock_acquire "$2" '' '' 0; then
    slh_say_takeover
    slh_say "opened $slh_generation"
    slh_ledger_add_now "$3" || slh_fail_write "$slh_home/ledger.jsonl"
  else
    slh_say_lock
    slh_say "opened no"
  fi
}

# Ends the lock of generation $1 (a hold, or with force a lease): the one that was seen, no other. $2 ledger line.
slh_do_unhold() {
  slh_lock_top
  if [ "$slh_top" != "$1" ] || ! slh_lock_held; then
    slh_fail moved "The lock has changed since it was looked at"
  fi
  slh_generation=$1
  slh_ledger_add_now "$2"
  slh_unlock || slh_fail_write "$slh_home/locks"
}

# Adds lines to the ledger under the lock.
slh_do_note() {
  slh_fence
  for slh_line in "$@"; do
    slh_ledger_add "$slh_line" || slh_fail_write "$slh_home/ledger.jsonl"
  done
  slh_flush_file "$slh_home/ledger.jsonl"
}

# The end: nothing of this conversation stays.
slh_do_close() {
  slh_empty_trash
  rm -rf "$slh_run"
  slh_unlock || slh_fail_write "$slh_home/locks/$slh_generation.done"
}

# Which app root this is; - where it is none yet.
slh_do_root_id() { slh_say "root $(readlink "$slh_home/root-id" 2>/dev/null || echo -)"; }

# Lets go of the lock and stays: another root of the same deploy was refused.
slh_do_unlock() {
  rm -rf "$slh_run"
  slh_unlock || slh_fail_write "$slh_home/locks/$slh_generation.done"
}
