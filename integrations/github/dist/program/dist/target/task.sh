# shellcheck shell=sh
# The user's tasks. A task is a shell text; it gets its environment, its secrets and itself by standard input, so nothing of them is
# ever in a list of processes. What it prints goes to a spool of ours and is sent from there: a task ends when its process ends, not
# when the last daemon that it started closes its output.

slh_task_pid=''
slh_task_user=''
slh_output_cap=16777216

# $1 number for the controller, $2 time limit in seconds, $3 user or empty, $4 directory, $5 shell text that sets the environment,
# $6 umask, $7 the task; $8 the shell that runs it, if not ours, and $9 its options for start-up files (`-l`, `-i`, `-li`), or empty.
slh_task() {
  slh_say "task begin $1"
  slh_own_pid
  slh_task_user=$3
  slh_spool=$slh_run/output
  rm -f "$slh_spool" "$slh_run/last" "$slh_run/flood"
  (umask 077 && true >"$slh_spool") 2>/dev/null || slh_fail_write "$slh_spool"
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
  rm -f "$slh_run/task" "$slh_run/output" "$slh_run/last" "$slh_run/flood"
  slh_say "task end $1 $slh_code"
  [ -z "$slh_timed_out" ] || slh_fail task-timeout "$1 $2"
  [ "$slh_code" -eq 0 ] || slh_fail task-failed "$1 $slh_code"
}

# Sends what the task prints until it has ended. Sets slh_code, and slh_timed_out where it took longer than $1 seconds.
slh_follow_task() {
  slh_sent=0
  slh_left=$slh_output_cap
  slh_dropped=
  slh_timed_out=
  slh_wink=0.02
  slh_guard_task "$1"
  while slh_there "$slh_task_pid"; do
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
  slh_pump
  [ -z "$slh_dropped" ] || slh_keep_last
  slh_send_last
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
    trap 'kill "$slh_pause"; slh_let_go; exit 0' "$slh_end"
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

slh_hold_back() {
  slh_measure
  if [ "$slh_size" -gt $((slh_output_cap * 16)) ]; then
    tail -c 4096 "$slh_spool" 2>/dev/null >"$slh_run/flood.new"
    mv -f "$slh_run/flood.new" "$slh_run/flood" && true >"$slh_spool"
  elif [ "$slh_size" -gt $((slh_output_cap * 4)) ]; then
    slh_held=yes
    slh_signal_task STOP
  else
    slh_let_go
  fi
}

slh_let_go() {
  [ -n "$slh_held" ] || return 0
  slh_held=
  slh_signal_task CONT
}

# Sets slh_size to that of the spool. Where numbers have 32 bits, more than two gigabytes would be less than nothing.
slh_measure() {
  slh_size=$(wc -c <"$slh_spool" 2>/dev/null)
  slh_size=${slh_size##* }
  [ "${#slh_size}" -le 9 ] || slh_size=999999999
  slh_size=${slh_size:-0}
}

# Sends what is new in the spool. Past the cap the rest is dropped, and said so, but for its last lines: they tell why a task failed. The spool
# may have been emptied by the task itself, for `>/dev/stderr` opens it anew.
slh_pump() {
  [ ! -f "$slh_run/flood" ] || slh_pump_flood
  slh_measure
  [ "$slh_size" -ge "$slh_sent" ] || slh_sent=0
  if [ -n "$slh_dropped" ]; then
    [ "$slh_size" -le "$slh_output_cap" ] || slh_empty_spool
    return 0
  fi
  while [ "$slh_sent" -lt "$slh_size" ] && [ "$slh_left" -gt 0 ]; do
    slh_piece=$((slh_size - slh_sent))
    [ "$slh_piece" -le 262144 ] || slh_piece=262144
    [ "$slh_piece" -le "$slh_left" ] || slh_piece=$slh_left
    slh_send_piece "$slh_spool" "$((slh_sent + 1))" "$slh_piece"
    [ "$slh_piece" -gt 0 ] || return 0
    slh_sent=$((slh_sent + slh_piece))
    slh_left=$((slh_left - slh_piece))
  done
  if [ "$slh_sent" -lt "$slh_size" ]; then slh_cut; fi
}

# The spool was emptied by the guard, which left its end.
slh_pump_flood() {
  [ -n "$slh_dropped" ] || slh_cut
  mv -f "$slh_run/flood" "$slh_run/last" && slh_sent=0
}

slh_cut() {
  slh_dropped=yes
  slh_say "task cut $((slh_output_cap - slh_left))"
}

# The task stands still meanwhile: what it writes between our look and the emptying would be lost, and may be the reason why it fails.
slh_empty_spool() {
  slh_signal_task STOP
  slh_keep_last
  slh_signal_task CONT
}

# The end of what is behind the bytes that were sent.
slh_keep_last() {
  { cat "$slh_run/last"; tail -c "+$((slh_sent + 1))" "$slh_spool"; } 2>/dev/null | tail -c 4096 >"$slh_run/last.new" 2>/dev/null
  true >"$slh_spool"
  slh_sent=0
  mv -f "$slh_run/last.new" "$slh_run/last" 2>/dev/null
}

# Whole lines only: what is left of a line may be a part of a secret, which nobody would know for one.
slh_send_last() {
  [ -s "$slh_run/last" ] || return 0
  sed 1d "$slh_run/last" 2>/dev/null >"$slh_run/output"
  slh_spool=$slh_run/output
  slh_measure
  slh_send_piece "$slh_spool" 1 "$slh_size"
}

# $3 bytes of file $1, from byte $2. They are put aside first, for their number is announced, and the file may be emptied while we wait for the
# network: sets slh_piece to how many there were. Where there is no room to put them aside, what is missing in the end is made up.
slh_send_piece() {
  (umask 077 && tail -c "+$2" "$1" | head -c "$3" >"$slh_run/piece") 2>/dev/null
  slh_piece=$(wc -c <"$slh_run/piece" 2>/dev/null)
  slh_piece=$((${slh_piece:-0}))
  slh_measure
  if [ "$slh_piece" -lt "$3" ] && [ "$slh_size" -ge $(($2 + $3 - 1)) ]; then
    slh_piece=$3
    slh_put "@$slh_token o $3"
    { tail -c "+$2" "$1" 2>/dev/null; cat /dev/zero 2>/dev/null; } | head -c "$3"
  elif [ "$slh_piece" -gt 0 ]; then
    slh_put "@$slh_token o $slh_piece"
    cat "$slh_run/piece"
  fi
  rm -f "$slh_run/piece"
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
