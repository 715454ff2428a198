# shellcheck shell=sh
# The owner of a lock, as far as this machine can tell: whether its process lives, and stopping what is left of it.

# Start time of a process in clock ticks since boot: tells a process from a later one with the same number. Empty where unknown.
slh_started() {
  slh_start=
  if read -r slh_stat 2>/dev/null <"/proc/$1/stat"; then
    # Behind the last ")": the program's name may hold anything.
    slh_stat=${slh_stat##*) }
    # shellcheck disable=SC2086
    set -- $slh_stat
    [ "$#" -lt 20 ] || { shift 19; slh_start=$1; }
  fi
}

slh_identify_machine() {
  slh_boot=
  # shellcheck disable=SC2034
  if read -r slh_boot 2>/dev/null </proc/sys/kernel/random/boot_id; then :; fi
  slh_pidns=$(readlink /proc/self/ns/pid 2>/dev/null)
  slh_pidns=${slh_pidns#pid:}
  slh_uid=$(id -u)
}

# True only on the owner's own machine, boot and process namespace.
slh_owner_is_here() {
  [ -n "$slh_boot" ] && [ -n "$slh_pidns" ] || return 1
  slh_lock_field "$slh_record" n
  [ "$slh_value" = "$slh_pidns" ] || return 1
  slh_lock_field "$slh_record" b
  [ "$slh_value" = "$slh_boot" ]
}

slh_owner_gone() {
  # Another boot id proves nothing: it may be another machine that shares the root. Only our own boot and namespace count, and there
  # only what we can see: /proc may hide processes of other users (hidepid).
  slh_owner_is_here || return 1
  slh_lock_field "$slh_record" u
  [ "$slh_value" = "$slh_uid" ] || [ "$slh_uid" = 0 ] || return 1
  slh_lock_field "$slh_record" p
  slh_owner=$slh_value
  slh_lock_field "$slh_record" s
  slh_started "$slh_owner"
  if [ -n "$slh_start" ] && [ "$slh_start" = "$slh_value" ]; then
    # A process that has died but was not fetched by its parent is as good as gone.
    case $slh_stat in Z* | X*) ;; *) return 1 ;; esac
  fi
  # Its watchdog may be putting things right at this moment: it says so by its heartbeat. Wait while that moves.
  slh_beat_of "$slh_top"
  slh_beat_before=$slh_beat_now
  if slh_signal_group 0 "$slh_owner"; then
    slh_judged=$slh_top
    slh_nap 2
    # Somebody else may have taken it over meanwhile: that owner is another one, of whom nothing is known yet.
    slh_lock_top
    [ "$slh_top" = "$slh_judged" ] && slh_lock_held || return 1
    slh_beat_of "$slh_top"
    [ "$slh_beat_now" = "$slh_beat_before" ] || return 1
  fi
  slh_lock_kill_owner
}

# Stops what is left of an owner that has lost its lock, where it runs here: loop, watchdog, worker, task.
slh_lock_kill_owner() {
  slh_owner_is_here || return 0
  slh_lock_field "$slh_record" s
  slh_owner_start=$slh_value
  slh_lock_field "$slh_record" p
  slh_owner=$slh_value
  slh_lock_field "$slh_record" t
  case $slh_value in '' | *[!A-Za-z0-9]*) slh_kill_session '' ;; *) slh_kill_session "$slh_home/run/$slh_value" ;; esac
}

# The session of loop $slh_owner, which was started at $slh_owner_start. $1 its directory, or empty where that is not known.
slh_kill_session() {
  slh_started "$slh_owner"
  # The number may belong to somebody else by now, unless nothing answers to it but a group of the old one.
  if [ -z "$slh_start" ] || [ "$slh_start" = "$slh_owner_start" ]; then
    slh_kill_for_good "$slh_owner"
  fi
  [ -n "$1" ] || return 0
  for slh_f in "$1/worker" "$1/task"; do
    read -r slh_pid slh_pid_start slh_task_user 2>/dev/null <"$slh_f" || continue
    slh_started "$slh_pid"
    if [ -z "$slh_start" ] || [ "$slh_start" != "$slh_pid_start" ]; then continue; fi
    slh_task_pid=$slh_pid
    [ -z "$slh_task_user" ] || slh_signal_task KILL
    slh_kill_for_good "$slh_pid"
  done
  rm -rf "$1"
  return 0
}

# Kills a group and sees it gone: a rename that was on its way when the signal came is done before we go on. What does not go within a
# second hangs in the kernel, or has died and nobody fetches it.
slh_kill_for_good() {
  slh_signal_group KILL "$1"
  kill -s KILL "$1" 2>/dev/null
  slh_n=0
  while slh_signal_group 0 "$1" && [ "$slh_n" -lt 10 ]; do
    slh_n=$((slh_n + 1))
    slh_nap 0.1
  done
}
