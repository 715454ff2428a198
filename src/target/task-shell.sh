# shellcheck shell=sh
# The shell of a task: whose it is, which, in what directory, and with what text. The text comes by standard input.

# shellcheck disable=SC2016
slh_task_start='slh_p=$(cat; echo x)
exec </dev/null
cd -- "$1" || exit 126
eval "${slh_p%x}"'

# The same in a shell of the user's choice. Its start-up files get no input, for that is the task's; what an interactive one says of the
# terminal that it misses is not shown. By standard input up to here: sudo closes all other channels, and what ksh opens before its exec.
# shellcheck disable=SC2016
slh_task_enter='command -v "$2" >/dev/null || { echo "$2: not found" >&2; exit 127; }
set -- "$2" ${3:+"$3"} -c "$4" "$2" "$1"
case $2 in *i*) exec "$@" 3<&0 4>&2 </dev/null 2>/dev/null ;; esac
exec "$@" 3<&0 4>&2 </dev/null'
# shellcheck disable=SC2016
slh_task_inner='exec 2>&4 4>&-
slh_p=$(cat <&3; echo x)
exec 3<&-
cd -- "$1" || exit 126
eval "${slh_p%x}"'

# Becomes the task: replaces the subshell it is called in, with a session of its own. $1 user or empty, $2 directory, $3 umask, $4 shell or
# empty, $5 its options.
slh_start_task() {
  exec >>"$slh_spool" 2>&1
  trap - "$slh_end" USR1
  if [ -n "$slh_lc_was_set" ]; then LC_ALL=$slh_lc_was; else unset LC_ALL; fi
  umask "$3"
  slh_enter slh_task_session "$1" "$2" "$4" "$5"
}

# $1 what starts a program, $2 user or empty, $3 directory, $4 shell or empty, $5 its options: the shell of a task, whose text it reads from
# standard input.
slh_enter() {
  slh_starter=$1
  slh_user=$2
  if [ -n "$4" ]; then
    set -- -c "$slh_task_enter" sh "$3" "$4" "$5" "$slh_task_inner"
  else
    set -- -c "$slh_task_start" sh "$3"
  fi
  if [ -n "$slh_user" ]; then
    "$slh_starter" sudo -n -u "$slh_user" -- /bin/sh "$@"
  else
    "$slh_starter" "$slh_shell" "$@"
  fi
}

# Shells start what stands before `&` with SIGINT and SIGQUIT ignored, and a program that finds them so keeps them so: servers that a task
# starts could not be stopped by them. Undone where a program can.
case $slh_unmasker in
env) slh_task_session() { slh_session env --default-signal=INT,QUIT "$@"; } ;;
perl)
  # shellcheck disable=SC2016 # perl's variables, not the shell's
  slh_task_session() { slh_session perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV; exit 127' "$@"; }
  ;;
*) slh_task_session() { slh_session "$@"; } ;;
esac
