# shellcheck shell=sh
# The loop of the conversation: it only reads. Frames from the controller, one header line each, some with a body of exactly LENGTH bytes:
#   P N               ping: the controller lives            S LENGTH          state, evaluated here and in each worker
#   R ID LENGTH [s]   request; with s a stream follows      L LENGTH          what to do if the controller is lost
#   D LENGTH          a piece of the stream                 C                 cancel the request in hand
#   E                 end of the stream
# To the controller, on standard output, each line beginning with @TOKEN: `ready …`, `a TEXT` (a line of the answer), `o LENGTH` followed
# by that many bytes of task output, `e ID CODE` (the request has ended). On standard error: `pong N`. One writer at a time: the worker
# in hand, then the minder that waits for it. Pongs have a stream of their own because the loop writes them at any time.

slh_state='' slh_loss='' slh_minder='' slh_beat=''
slh_silence=30

slh_loop() {
  slh_choose_end
  slh_watch
  slh_put "@$slh_token ready $$ ${slh_session_kind-}"
  while slh_header; do
    case $slh_kind in
    P) slh_ping "$slh_a" ;;
    S)
      slh_state=$(slh_take "$slh_a" && echo x)
      slh_state=${slh_state%x}
      eval "$slh_state"
      slh_silence=$slh_lease
      slh_watch
      ;;
    L)
      slh_loss=$(slh_take "$slh_a" && echo x)
      slh_loss=${slh_loss%x}
      slh_watch
      ;;
    R)
      slh_text=$(slh_take "$slh_b" && echo x)
      slh_request "$slh_a" "${slh_text%x}" "$slh_c"
      ;;
    D) slh_pass "$slh_a" ;;
    E) slh_stream_end ;;
    C) slh_cancel ;;
    *) break ;;
    esac
  done
  slh_lost end
}

# Sets slh_end, the signal by which our processes end each other. Who starts us may have made us deaf to TERM (a start-up file, a
# supervisor), and no shell can hear again what was ignored when it began.
slh_choose_end() {
  slh_end=TERM
  # shellcheck disable=SC2016
  "$slh_shell" -c 'trap "exit 0" TERM; kill -s TERM "$$"; exit 1' </dev/null >/dev/null 2>&1 || slh_end=USR2
  # mksh forgets a TERM that a process gets before it has done anything; and a watchdog may be called off as soon as it is born.
  slh_call_off=$slh_end
  [ -z "${KSH_VERSION-}" ] || slh_call_off=USR2
}

# One header line. BusyBox forgets what it has read of a line when a child ends meanwhile: there, no more than a byte is read at a time. Other
# shells either have no such option or, bash and mksh, no such fault.
# shellcheck disable=SC3045 # asked for first
if [ -z "${BASH_VERSION-}${KSH_VERSION-}" ] && { read -r -n 1 slh_kind </dev/null 2>/dev/null || [ "$?" -eq 1 ]; }; then
  slh_header() {
    slh_line=
    while IFS= read -r -n 1 slh_kind || return 1; do
      [ -n "$slh_kind" ] || break
      slh_line=$slh_line$slh_kind
    done
    # shellcheck disable=SC2086 # its words
    set -- $slh_line
    slh_kind=${1-}
    slh_a=${2-}
    slh_b=${3-}
    slh_c=${4-}
  }
else
  slh_header() { read -r slh_kind slh_a slh_b slh_c; }
fi

slh_ping() {
  kill -s USR1 "$slh_watcher" 2>/dev/null
  [ -z "$slh_beat" ] || slh_put "$1" 2>/dev/null >"$slh_beat"
  slh_put "@$slh_token pong $1" >&2
  slh_miss_minder
}

# A minder that was killed cannot say how its work ended, and the controller would wait for ever: we end, and a new conversation finds out.
slh_miss_minder() {
  [ -n "$slh_minder" ] || return 0
  slh_lives "$slh_minder" && return 0
  wait "$slh_minder" 2>/dev/null
  slh_ended=$?
  slh_minder=''
  [ "$slh_ended" -le 128 ] || slh_lost end
}

# Starts the worker for a request beside the loop. The watchdog is started anew, for it must know whom to stop.
slh_request() {
  [ -z "$slh_minder" ] || wait "$slh_minder" 2>/dev/null
  exec 5</dev/null
  if [ "$3" = s ] && ! slh_stream_begin; then
    # shellcheck disable=SC2016 # the worker's
    set -- "$1" 'slh_fail_write "$slh_run/stream"' "$3"
  fi
  # A cancel may follow at once: it must not end a minder that cannot take it yet. The controller would wait for its word for ever.
  trap '' "$slh_end"
  slh_mind "$1" "$2" "$3" &
  slh_minder=$!
  trap - "$slh_end"
  exec 5<&-
  slh_watch
}

# A pipe between the loop and a worker: POSIX sh has no other way to make one that both ends can outlive. Opened for both first, so
# that no open blocks; then the worker inherits the reading end and only that, and the name is gone before any byte flows.
slh_stream_begin() {
  slh_fifo=$slh_run/stream
  slh_streaming=no
  rm -f "$slh_fifo"
  # Not `mkfifo -m`: where it sets the mode afterwards, that needs /proc with GNU programs on Linux.
  (umask 077 && mkfifo "$slh_fifo") 2>/dev/null || return 1
  exec 4<>"$slh_fifo"
  exec 5<"$slh_fifo"
  exec 6>"$slh_fifo"
  exec 4>&-
  rm -f "$slh_fifo"
  slh_streaming=yes
}

# One piece of the stream. It is read whole before it is written, so a sink that has died costs no byte of the channel.
slh_pass() {
  if [ "${slh_streaming-no}" = yes ]; then
    slh_take "$1" >&6 2>/dev/null || slh_streaming=no
  else
    slh_take "$1" >/dev/null
  fi
}

slh_stream_end() {
  slh_streaming=no
  exec 6>&-
}

slh_cancel() {
  slh_stream_end
  [ -z "$slh_minder" ] || slh_insist "$slh_minder" &
}

# Asks minder $1 to stop the work, more than once: it does not hear before it has set its trap.
slh_insist() {
  exec </dev/null >/dev/null 2>&1 6>&-
  slh_n=0
  while [ "$slh_n" -lt 20 ] && kill -s "$slh_end" "$1"; do
    slh_n=$((slh_n + 1))
    slh_nap 0.05
  done
}

# The watchdog: `read` has no time limit in every shell, so a process beside the loop counts seconds without a ping. It also sees
# when the loop itself was killed. Started anew whenever what it would have to do changes: it inherits that as it is now.
slh_watch() {
  [ -z "${slh_watcher-}" ] || kill -s "$slh_call_off" "$slh_watcher" 2>/dev/null
  trap '' USR1
  slh_watchdog &
  slh_watcher=$!
}

# Descriptors are closed by exec here and in the minder: redirected around the call, a shell may keep copies of the old ones to restore.
slh_watchdog() {
  exec </dev/null >/dev/null 2>&1 6>&-
  slh_still=0 slh_pause=
  # A ping ends the wait of the second in hand, which is counted all the same: from -1, for the silence begins with the ping.
  trap 'slh_still=-1' USR1
  trap 'kill "$slh_pause" 2>/dev/null; exit 0' "$slh_call_off"
  while [ "$slh_still" -lt "$slh_silence" ]; do
    sleep 1 &
    slh_pause=$!
    wait "$slh_pause"
    kill -0 "$$" 2>/dev/null || break
    slh_still=$((slh_still + 1))
  done
  trap '' "$slh_end" "$slh_call_off" USR1
  kill -s KILL "$$" 2>/dev/null
  slh_lost silence
}

# The controller is gone: stop what runs, do what it left for this case, leave nothing behind. A live heartbeat meanwhile keeps
# others from taking over a root that is being put right.
slh_lost() {
  exec </dev/null >/dev/null 2>&1 5<&- 6>&-
  [ "$1" = silence ] || kill -s "$slh_call_off" "$slh_watcher" 2>/dev/null
  slh_beater=
  if [ -n "$slh_loss" ]; then
    slh_own_pid
    slh_keep_beating "$slh_self" &
    slh_beater=$!
  fi
  slh_minders_end
  [ -z "$slh_loss" ] || (eval "$slh_loss")
  [ -z "$slh_beater" ] || kill -s "$slh_end" "$slh_beater" 2>/dev/null
  [ -z "${slh_run-}" ] || rm -rf "$slh_run"
  slh_beat_end
  exit 0
}

slh_minders_end() {
  slh_stop_minder
  [ -n "${slh_run-}" ] || return 0
  slh_kill_left_worker
  slh_kill_left_task
}

slh_stop_minder() {
  [ -n "$slh_minder" ] || return 0
  slh_insist "$slh_minder" &
  slh_left=100
  while kill -0 "$slh_minder" 2>/dev/null && [ "$slh_left" -gt 0 ]; do
    slh_left=$((slh_left - 1))
    # In the loop the minder is a child and must be waited for; in the watchdog it is a sibling.
    wait "$slh_minder" 2>/dev/null || slh_nap 0.1
  done
  slh_minder=''
}

# $1 the process for which it beats: an orphan would keep others out long after whoever put things right was killed.
slh_keep_beating() {
  [ -n "$slh_beat" ] || return 0
  slh_n=0
  slh_pause=
  trap 'kill "$slh_pause" 2>/dev/null; exit 0' "$slh_end"
  while [ "$slh_n" -lt 3600 ] && slh_lives "$1"; do
    slh_n=$((slh_n + 1))
    slh_put "lost $slh_n" >"$slh_beat"
    sleep 1 &
    slh_pause=$!
    wait "$slh_pause"
  done
}

# A process that we may not signal is there all the same.
slh_there() {
  kill -0 "$1" 2>/dev/null && return 0
  if [ -d /proc/self ]; then [ -d "/proc/$1" ]; else ps -p "$1" >/dev/null 2>&1; fi
}

# A process that has died but was not fetched by its parent does not live.
slh_lives() {
  slh_there "$1" || return 1
  slh_stat=
  slh_started "$1"
  case $slh_stat in Z* | X*) return 1 ;; *) ;; esac
}
