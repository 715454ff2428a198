# shellcheck shell=sh
# Root groups: hosts that share one app root (NFS). One of them leads: it holds the lock, and all that is done to the root is done there. The
# others follow: they look, and run what is to run on each. They write nothing into the root, so it may be mounted read-only there, and
# nothing of theirs is ever in the leader's way: their spools are outside of it (hands.sh).

# Part of the state of a host that follows. The heartbeat is the leader's: a host that lives must not hide that the leader is dead.
slh_join_group() {
  slh_follows=yes
  slh_beat=''
  slh_hands
}

# What an NFS client remembers of a directory is asked for anew when it is listed (FACTS 3.3).
slh_refresh() { ls "$slh_root" >/dev/null 2>&1; }

# Facts under the leader's lock. $1 an earlier session of this run on this host, or empty; the rest as slh_say_facts.
slh_do_join() {
  [ -d "$slh_run" ] || slh_fail_write "$slh_run"
  slh_identify_machine
  slh_end_left_sessions "$1"
  slh_started "$slh_loop_pid"
  slh_put "$slh_loop_pid ${slh_start:--} ${slh_pidns:--}" 2>/dev/null >"$slh_run/follows"
  shift
  slh_refresh
  slh_say_facts "$@"
}

# Spools that nobody came back for, with what is left of who made them; and session $1, which is lost to its controller, if not yet to itself:
# two of one run must not work beside each other.
slh_end_left_sessions() {
  for slh_e in "${slh_run%/*}"/symlink-helper-*; do
    if ! [ -d "$slh_e" ] || [ "$slh_e" = "$slh_run" ]; then continue; fi
    read -r slh_owner slh_owner_start slh_owner_space 2>/dev/null <"$slh_e/follows" || continue
    [ "$slh_owner_space" = "${slh_pidns:--}" ] || continue
    case $slh_owner in '' | *[!0-9]*) continue ;; *) ;; esac
    slh_started "$slh_owner"
    if [ "${slh_e##*/symlink-helper-}" = "$1" ] || [ "${slh_start:--}" != "$slh_owner_start" ]; then
      slh_kill_session "$slh_e"
    fi
  done
}

# Nothing of this conversation stays. The lock is the leader's.
slh_do_leave() { rm -rf "$slh_run"; }

# Waits until `current` says $1 (empty: is gone) here too, and leads to release $2, for $3 seconds at most.
slh_do_see() {
  slh_n=0
  until slh_sees "$1" "$2"; do
    [ "$slh_n" -lt "$3" ] || slh_fail_unseen "$1"
    slh_n=$((slh_n + 1))
    slh_nap 1
  done
  slh_fence_lost
  slh_say_current
}

slh_fail_unseen() {
  slh_here="points to $(slh_escape "$slh_text")"
  [ -n "$slh_text" ] || slh_here="is not there"
  slh_elsewhere="points to $1"
  [ -n "$1" ] || slh_elsewhere="has been removed"
  slh_fail not-seen "$slh_current $slh_here on this host, but $slh_elsewhere on the one that it shares its app root with"
}

slh_sees() {
  slh_refresh
  slh_text=
  [ ! -L "$slh_current" ] || slh_text=$(readlink "$slh_current")
  [ "$slh_text" = "$1" ] || return 1
  [ -n "$1" ] || return 0
  slh_live
  [ "$slh_live" = "$2" ]
}

# Which of these releases does a process here use? The leader sees its own only. Says `kept ID WHY`.
slh_do_used() {
  slh_found=
  if slh_sees_processes; then slh_look_at_all ''; fi
  for slh_id in "$@"; do
    if slh_in_use "$slh_id"; then slh_say "kept $slh_id process $slh_user uses it"; fi
  done
}

# A follower that has lost the controller behind the switch cannot take anything back, but the leader, which has lost it too, does, and what
# makes that real is to be done here. $1 release that was switched to, $2 id of the run. 0: it was taken back; 1: it stays; 2: it never was live.
slh_await_return() {
  slh_n=0
  while [ "$slh_n" -le $((slh_lease * 2)) ]; do
    # The controller has come back, with another conversation.
    [ -d "$slh_run" ] || exit 0
    slh_refresh
    slh_live
    [ "$slh_live" = "$1" ] || ! slh_run_said returned "$1" "$2" || return 0
    # When it lets go of the lock, the leader has done what it does.
    if slh_overtaken; then break; fi
    slh_n=$((slh_n + 1))
    slh_nap 1
  done
  slh_refresh
  slh_live
  [ "$slh_live" != "$1" ] || return 1
  slh_run_said switching "$1" "$2" || return 2
}

# Whether run $3 wrote fact $1 about release $2 into the ledger.
slh_run_said() {
  grep -F "\"run\":\"$3\"" "$slh_home/ledger.jsonl" 2>/dev/null | grep -qF "\"kind\":\"$1\",\"release\":\"$2\""
}

# Before each task on the way back, and of who has lost the controller. Where this host follows, its leader may have let go of the lock by then,
# which is well as long as nobody else has begun.
slh_fence_lost() {
  if [ -z "$slh_follows" ]; then
    slh_fence
  else
    slh_lock_top
    [ "$slh_top" = "$slh_generation" ] || slh_fail_overtaken
  fi
}
