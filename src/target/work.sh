# shellcheck shell=sh
# Work runs beside the loop, one request at a time, in its own session and process group and without our standard input: so the
# loop goes on reading and can stop it as a whole.

# The minder: starts the worker for request $1 with text $2, waits for it, says how it ended. $3 is s where a stream is on
# descriptor 5. A worker is a new shell (functions do not survive setsid), which gets its program by standard input: nothing
# of it shows in the list of processes.
slh_mind() {
  slh_hold_stop
  exec 6>&-
  trap - USR1
  slh_code=0
  {
    slh_put "slh_role=worker slh_token=$slh_token slh_shell='$slh_shell' slh_lc_was_set=$slh_lc_was_set slh_loop_pid=$$ slh_end=$slh_end"
    slh_put "slh_lc_was='$slh_lc_was' slh_taker=$slh_taker slh_naps_a_second=$slh_naps_a_second slh_unmasker=$slh_unmasker"
    slh_put "$slh_program"
    slh_put "$slh_state"
    slh_put "$2"
  } 5<&- | slh_session "$slh_shell" -c "$slh_worker_start" "$slh_shell" "$3" 4<&5 5<&- &
  slh_worker=$!
  slh_stop_by slh_stop_worker
  exec 5<&-
  slh_remember worker "$slh_worker"
  slh_wait_worker
  # A child that the worker was just starting may have missed the stop.
  [ -z "$slh_stopping" ] || slh_end_group
  slh_kill_left_task
  # bash may say -1 of a child that ended while a handler ran.
  case $slh_code in '' | *[!0-9]*) slh_code=143 ;; *) ;; esac
  slh_put "@$slh_token e $1 $slh_code"
}

# What is in the middle of a large write goes on writing for a moment: behind the end of its request, that would stand before the next answer.
# A dead process that nobody fetches still counts as there, so this does not wait for ever.
slh_end_group() {
  slh_n=0
  slh_signal_group KILL "$slh_worker"
  while [ "$slh_n" -lt 20 ] && slh_signal_group 0 "$slh_worker"; do
    slh_n=$((slh_n + 1))
    slh_nap 0.05
  done
}

# A stop may come while a process is being started and its number is not known yet: it is remembered, and carried out by $1 from then on.
# bash waits for what it has started of a pipeline when a handler runs a command in the middle of starting it: for the writer of more than a
# pipe holds, whose reader is not there yet, that is for ever. To define a function is no command to it.
slh_hold_stop() {
  slh_stopping=
  slh_was_stopped() { return 1; }
  trap 'slh_was_stopped() { return 0; }' "$slh_end"
}
slh_stop_by() {
  # shellcheck disable=SC2064 # the name of a function
  trap "$1" "$slh_end"
  if slh_was_stopped; then
    slh_stopping=yes
    "$1"
  fi
}

# shellcheck disable=SC2016
slh_worker_start='slh_p=$(cat; echo x)
if [ "$1" = s ]; then exec <&4; else exec </dev/null; fi
exec 4<&-
eval "${slh_p%x}"'

# Notes a process for whoever takes over from us (owner.sh): its number, its start time to tell it from a later one, and the user of a task
# that is not ours.
slh_remember() {
  [ -d "$slh_run" ] || return 0
  slh_started "$2"
  slh_put "$2 ${slh_start:--}${3:+ $3}" 2>/dev/null >"$slh_run/$1"
}

# Sets slh_self to the process that runs this: $$ is that of the shell it was forked from. Told by a shell in the place of a child of ours.
# shellcheck disable=SC2016
slh_own_pid() { slh_self=$(exec "$slh_shell" -c 'echo "$PPID"'); }

# `wait` ends early when a signal with a handler comes: ask again until the worker is really gone.
slh_wait_worker() {
  wait "$slh_worker"
  slh_code=$?
  while kill -0 "$slh_worker" 2>/dev/null; do
    wait "$slh_worker"
    slh_code=$?
  done
}

# A worker that was killed could not stop its task, which has a group of its own.
slh_kill_left_task() {
  [ -f "$slh_run/task" ] || return 0
  read -r slh_task_pid slh_start slh_task_user <"$slh_run/task" && slh_signal_task KILL
  rm -f "$slh_run/task"
}

# Who runs as another user is signalled as that user, by the same program that was allowed to start it. Between us and the task stands sudo,
# which may be signalled by us although it is root's: killed, it would leave its command running, and so would a stop stop only sudo itself. It
# ends with its command, and stops with it, but does not go on with it. Where its command is out of our reach (not begun yet, or in a session of
# its own), sudo passes on what it gets; ALRM is what it ends its command for.
slh_signal_task() {
  if [ -z "$slh_task_user" ]; then
    slh_kill_group "$1" "$slh_task_pid"
  elif slh_signal_as_user "$1"; then
    [ "$1" = STOP ] || kill -s CONT "$slh_task_pid" 2>/dev/null
  elif [ "$1" = KILL ]; then
    slh_kill_group CONT "$slh_task_pid"
    slh_kill_group ALRM "$slh_task_pid"
  else
    slh_kill_group "$1" "$slh_task_pid"
  fi
}

# As slh_signal_group, by whatever /bin/sh is.
# shellcheck disable=SC2016
slh_signal_as_user() {
  sudo -n -u "$slh_task_user" -- /bin/sh -c \
    'if kill -s 0 -- "$$"; then kill -s "$1" -- "-$2"; else kill -s "$1" "-$2"; fi' sh "$1" "$slh_task_pid" \
    </dev/null >/dev/null 2>&1
}

# The same for a minder that was killed, and its worker.
slh_kill_left_worker() {
  [ -f "$slh_run/worker" ] || return 0
  read -r slh_worker slh_worker_start_time <"$slh_run/worker" || return 0
  slh_started "$slh_worker"
  if [ -n "$slh_start" ] && [ "$slh_start" = "$slh_worker_start_time" ]; then slh_kill_group KILL "$slh_worker"; fi
}

# Cancel: the worker's whole group, politely first.
slh_stop_worker() {
  trap '' "$slh_end"
  slh_stopping=yes
  (
    trap - "$slh_end"
    slh_n=0
    # More than once: a shell that has just been started as a copy of another may not hear the first.
    while [ "$slh_n" -lt 50 ] && kill -0 "$slh_worker" 2>/dev/null; do
      slh_kill_group "$slh_end" "$slh_worker"
      slh_n=$((slh_n + 1))
      slh_nap 0.1
    done
    slh_kill_group KILL "$slh_worker"
  ) </dev/null >/dev/null 2>&1 &
}
