# shellcheck shell=sh
# The lock of an app root: numbered generations. locks/g000000041 is a symbolic link whose text is the owner's record, so the lock and
# what is known of its owner come into being in one system call, on NFS too; g000000041.done is its release; g000000041.beat its heartbeat.
# No name is ever deleted under contention: to take over is to make the next generation. The number fences a late owner (slh_fence).

# Highest generation, as its name, or nothing. A name that has gone since it was listed was swept by a later generation, which that list
# does not have: then it is listed again.
slh_lock_top() {
  while :; do
    slh_top=
    slh_swept=
    for slh_g in "$slh_home"/locks/g[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]; do
      if [ -L "$slh_g" ]; then slh_top=${slh_g##*/}; elif ! [ -e "$slh_g" ]; then slh_swept=${slh_g##*/}; fi
    done
    case $slh_swept in '' | *']') return 0 ;; *) ;; esac
  done
}

# True where the top generation is held by somebody.
slh_lock_held() { [ -n "$slh_top" ] && ! [ -L "$slh_home/locks/$slh_top.done" ]; }

# The name after $1. Leading zeros go first: they would make the number octal.
slh_lock_next() {
  slh_n=${1#g}
  while [ "${slh_n#0}" != "$slh_n" ]; do slh_n=${slh_n#0}; done
  slh_n=000000000$((${slh_n:-0} + 1))
  while [ "${#slh_n}" -gt 9 ]; do slh_n=${slh_n#?}; done
  slh_next=g$slh_n
}

# Field $2 of record $1.
slh_lock_field() {
  slh_value=${1#*";$2="}
  if [ "$slh_value" = "$1" ]; then slh_value=; else slh_value=${slh_value%%";"*}; fi
}

# Becomes the owner. $1 what the controller says of itself (k=lease;c=deploy;…), $2 a generation and $3 its heartbeat that the controller
# has watched stand still for a whole lease (or empty), $4 tenths of a second to wait for one's turn. Sets slh_mine; slh_taken_from,
# slh_taken_why and slh_record of a dead owner whose lock it was; or leaves slh_top and slh_record of the owner.
slh_lock_acquire() {
  slh_identify_machine
  slh_started "$slh_loop_pid"
  slh_record_own="v1;t=$slh_sid;b=$slh_boot;n=$slh_pidns;u=$slh_uid;p=$slh_loop_pid;s=$slh_start;l=$slh_lease;$1"
  slh_patience=$4
  until slh_lock_try "$2" "$3"; do
    slh_lock_await || return 1
  done
}

# One attempt, repeated only where others were faster at a name.
slh_lock_try() {
  slh_mine=
  slh_record=
  slh_tries=0
  while [ "$slh_tries" -lt 20 ]; do
    slh_tries=$((slh_tries + 1))
    slh_taken_from=
    slh_lock_top
    if slh_lock_held; then
      slh_found=$slh_top
      slh_record=$(readlink "$slh_home/locks/$slh_found")
      if ! slh_lock_stale "$1" "$2"; then
        # Where another is the top by now, that one's owner is asked about.
        slh_lock_top
        if [ "$slh_top" = "$slh_found" ] && slh_lock_held; then return 1; else continue; fi
      fi
      slh_taken_from=$slh_found
    fi
    slh_lock_next "$slh_top"
    slh_lock_refuse_other "$slh_home/locks/$slh_next"
    slh_step "lock.before-link"
    slh_seen=$slh_top
    ln -sn "$slh_record_own" "$slh_home/locks/$slh_next" 2>/dev/null || {
      # Where nobody was faster, it is the disk or the right to write.
      slh_lock_top
      [ "$slh_top" != "$slh_seen" ] || slh_fail_write "the lock in $slh_home/locks"
      continue
    }
    slh_step "lock.after-link"
    # The name may have been free again because later generations swept it: only the top one is the owner.
    slh_candidate=$slh_next
    slh_lock_top
    if [ "$slh_top" = "$slh_candidate" ]; then
      slh_mine=$slh_candidate
      slh_generation=$slh_mine
      slh_lock_sweep
      return 0
    fi
    rm -f "$slh_home/locks/$slh_candidate"
  done
  return 1
}

# Something else under the name of the next generation would be in the way for ever; into a directory `ln` would even make the link.
slh_lock_refuse_other() {
  if [ -e "$1" ] && ! [ -L "$1" ]; then slh_fail preflight "$1 is in the way: it is no lock of this program. Move it away"; fi
}

# Waits here, on the host, until another attempt is worth it: a look costs one `sleep`, a request of the controller a whole worker. False
# when our patience is over. Nobody waits for a hold: it ends when a person says so.
slh_lock_await() {
  slh_lock_field "$slh_record" k
  [ "$slh_value" != hold ] || return 1
  slh_awaited=$slh_top
  slh_ticks=0
  while [ "$slh_patience" -gt 0 ]; do
    slh_ticks=$((slh_ticks + 1))
    if [ "$slh_ticks" -le 10 ]; then slh_rest=2; else slh_rest=5; fi
    slh_nap "0.$slh_rest"
    slh_patience=$((slh_patience - slh_rest))
    slh_lock_top
    slh_lock_held && [ "$slh_top" = "$slh_awaited" ] && ! slh_owner_gone || return 0
  done
  return 1
}

# Whether the owner of $slh_top with $slh_record is dead. Two proofs: its process is gone from this very machine, and what is left of it
# has been stopped; or somebody watched its heartbeat stand still for a whole lease. A hold has no process and never dies.
slh_lock_stale() {
  slh_lock_field "$slh_record" k
  [ "$slh_value" != hold ] || return 1
  slh_taken_why=silent
  if [ -n "$1" ] && [ "$1" = "$slh_top" ] && slh_beat_of "$slh_top" && [ "$slh_beat_now" = "$2" ]; then
    slh_lock_kill_owner
    return 0
  fi
  slh_taken_why=gone
  slh_owner_gone
}

# The heartbeat of generation $1, one word; - before the first.
slh_beat_of() {
  slh_beat_now=-
  read -r slh_beat_now slh_beat_rest 2>/dev/null <"$slh_home/locks/$1.beat" && slh_beat_now=$slh_beat_now$slh_beat_rest
  return 0
}

# Everything below our own generation is history. Never the top.
slh_lock_sweep() {
  for slh_g in "$slh_home"/locks/g*; do
    slh_name=${slh_g##*/}
    slh_name=${slh_name%%.*}
    if slh_lock_older "$slh_name" "$slh_mine"; then rm -f "$slh_g"; fi
  done
}

# Names of equal length compare as numbers do. `[ a \< b ]` is not POSIX; sort is, but a process.
slh_lock_older() {
  slh_a=${1#g}
  slh_b=${2#g}
  while [ "${slh_a#0}" != "$slh_a" ]; do slh_a=${slh_a#0}; done
  while [ "${slh_b#0}" != "$slh_b" ]; do slh_b=${slh_b#0}; done
  # What somebody else put there is no generation.
  case $slh_a in *[!0-9]*) return 1 ;; *) ;; esac
  [ "${slh_a:-0}" -lt "${slh_b:-0}" ]
}

# Still the owner? Asked before anything that changes what is served, and before anything is deleted.
slh_fence() {
  [ -n "$slh_generation" ] || slh_fail fenced "This run does not hold the lock"
  if slh_overtaken; then slh_fail_overtaken; fi
}

# Whether the lock that we had is not ours any more.
slh_overtaken() {
  [ -n "${slh_generation-}" ] || return 1
  slh_lock_top
  [ "$slh_top" != "$slh_generation" ] || ! slh_lock_held
}

slh_fail_overtaken() {
  # Whoever takes over makes a greater one, and may sweep ours away.
  slh_later=${slh_top:-g0}
  [ "${slh_later#g}" -ge "${slh_generation#g}" ] ||
    slh_fail fenced "The record of the lock of this run is gone: somebody deleted $slh_home/locks, or what is in it, while it was at work"
  [ "$slh_top" != "$slh_generation" ] ||
    slh_fail fenced "Somebody released the lock of this run while it was at work (generation $slh_generation)"
  slh_fail fenced "The lock was taken over by another run while this one gave no sign of life (generation ${slh_top:-none}, ours was $slh_generation)"
}

# Tells whose lock we took over, and why we could.
slh_say_takeover() { [ -z "$slh_taken_from" ] || slh_say "took $slh_taken_why $slh_taken_from $slh_record"; }

# Lets go of our own generation, and of the temporary links that only we could have used. One that follows has none.
slh_unlock() {
  [ -n "$slh_generation" ] && [ -z "$slh_follows" ] || return 0
  for slh_f in new back; do
    slh_temporary "$slh_f"
    rm -f "$slh_link"
  done
  slh_lock_top
  if [ "$slh_top" = "$slh_generation" ]; then
    ln -sn released "$slh_home/locks/$slh_generation.done" 2>/dev/null
  fi
  rm -f "$slh_home/locks/$slh_generation.beat"
  # Whoever came next may have swept ours already.
  [ -L "$slh_home/locks/$slh_generation.done" ] || slh_lock_top
  [ -L "$slh_home/locks/$slh_generation.done" ] || [ "$slh_top" != "$slh_generation" ]
}

# The last of a conversation: no heartbeat stays of a lock that is not ours any more. A ping may have come between letting go and the end.
slh_beat_end() {
  [ -n "$slh_beat" ] || return 0
  slh_g=${slh_beat%.beat}
  if ! [ -L "$slh_g" ] || [ -L "$slh_g.done" ]; then rm -f "$slh_beat"; fi
}

# For a controller that is lost before it learned which generation it has: whatever carries our session is let go.
slh_unlock_session() {
  slh_lock_top
  [ -n "$slh_top" ] || return 0
  slh_lock_field "$(readlink "$slh_home/locks/$slh_top")" t
  if [ "$slh_value" = "$slh_sid" ]; then
    slh_generation=$slh_top
    slh_unlock
  fi
}

# What is known of the lock, for facts.
slh_say_lock() {
  slh_lock_top
  if slh_lock_held; then
    slh_beat_of "$slh_top"
    slh_record=$(readlink "$slh_home/locks/$slh_top")
    slh_say "lock held $slh_top $slh_beat_now $slh_record"
  else
    slh_say "lock free ${slh_top:-g000000000} - -"
  fi
}
