# shellcheck shell=sh
# The user's tasks. A task is a shell text; it gets its environment, its secrets and itself by standard input, so nothing of them is
# ever in a list of processes. What it prints goes to a spool of ours and is sent from there (spool.sh): a task ends when its process ends,
# not when the last daemon that it started closes its output.

slh_task_pid=''
slh_task_user=''

# $1 number for the controller, $2 time limit in seconds, $3 user or empty, $4 directory, $5 shell text that sets the environment,
# $6 umask, $7 the task; $8 the shell that runs it, if not ours, and $9 its options for start-up files (`-l`, `-i`, `-li`), or empty.
slh_task() {
  slh_say "task begin $1"
  slh_own_pid
  slh_task_user=$3
  slh_new_spool
  slh_step "task.before-start"
  slh_hold_stop
  slh_put "$5
set -e
$7" | slh_start_task "$3" "$4" "$6" "${8-}" "${9-}" &
  slh_task_pid=$!
  slh_stop_by slh_worker_stopped
  slh_remember task "$slh_task_pid" "$3"
  slh_follow_task "$2"
  slh_task_pid=''
  # Without its spool a task cannot even begin: another owner has cleared it away.
  [ -d "$slh_run" ] || slh_fence
  slh_rid_spool "$slh_run/task"
  slh_say "task end $1 $slh_code"
  [ -z "$slh_timed_out" ] || slh_fail task-timeout "$1 $2"
  [ "$slh_code" -eq 0 ] || slh_fail task-failed "$1 $slh_code"
}

# Sends what the task prints until it has ended. Sets slh_code, and slh_timed_out where it took longer than $1 seconds.
slh_follow_task() {
  slh_sent=0
  slh_left=$slh_output_cap
  slh_dropped=
  slh_hand=worker
  slh_timed_out=
  slh_wink=0.02
  slh_guard_task "$1"
  while slh_there "$slh_task_pid"; do
    slh_free_spool
    slh_pump
    slh_nap "$slh_wink"
    case $slh_wink in 0.02) slh_wink=0.05 ;; 0.05) slh_wink=0.1 ;; *) slh_wink=0.2 ;; esac
    [ -z "$slh_late" ] || break
  done
  if [ -n "$slh_late" ]; then
    slh_timed_out=yes
    slh_task_stop
  fi
  slh_code=124
  if slh_lives "$slh_task_pid"; then
    slh_say "warning A task could not be stopped: it runs as ${slh_task_user:-another user}, process $slh_task_pid"
  else
    wait "$slh_task_pid"
    slh_code=$?
  fi
  kill -s "$slh_end" "$slh_guard" 2>/dev/null
  slh_pump_rest
}

# A process that tells us when $1 seconds have passed (clocks jump), and lets no spool fill the disk while we wait for the network: as a full
# pipe would, it makes the task wait. What cannot be made to wait loses its output. It ends with the task also where our word to end comes
# before it can hear: a signal between its birth and its trap is lost. Where we are killed, nobody else knows of the task: then it ends with us.
slh_guard_task() {
  slh_late=
  trap 'slh_late=yes' USR1
  (
    slh_pause=
    slh_held=
    slh_hand=guard-$slh_task_pid
    trap 'kill "$slh_pause"; slh_let_go; slh_free_spool; exit 0' "$slh_end"
    slh_n=0
    while [ "$slh_n" -lt "$1" ] && slh_lives "$slh_task_pid"; do
      sleep 1 &
      slh_pause=$!
      wait "$slh_pause"
      slh_n=$((slh_n + 1))
      if ! slh_lives "$slh_self"; then
        slh_let_go
        if slh_lives "$slh_task_pid"; then slh_signal_task KILL; fi
        exit 0
      fi
      slh_hold_back
    done
    slh_let_go
    [ "$slh_n" -lt "$1" ] || kill -s USR1 "$slh_self"
  ) </dev/null >/dev/null 2>&1 &
  slh_guard=$!
}

# The worker is told to stop: its task first.
slh_worker_stopped() {
  trap '' "$slh_end"
  slh_task_stop
  exit 143
}

# Stops a running task with all it started in its session, politely first.
slh_task_stop() {
  [ -n "$slh_task_pid" ] || return 0
  slh_signal_task TERM
  slh_signal_task CONT
  slh_n=0
  while { slh_signal_group 0 "$slh_task_pid" || slh_lives "$slh_task_pid"; } && [ "$slh_n" -lt 30 ]; do
    slh_n=$((slh_n + 1))
    slh_nap 0.1
  done
  slh_signal_task KILL
  # sudo ends a moment after its command.
  while slh_lives "$slh_task_pid" && [ "$slh_n" -lt 40 ]; do
    slh_n=$((slh_n + 1))
    slh_nap 0.1
  done
}
