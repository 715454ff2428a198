# shellcheck shell=sh
# The shell of a task: whose it is, in what directory, and with what text. The text comes by standard input.

# shellcheck disable=SC2016
slh_task_start='slh_p=$(cat; echo x)
exec </dev/null
cd -- "$1" || exit 126
eval "${slh_p%x}"'

# Becomes the task: replaces the subshell it is called in, with a session of its own. $1 user or empty, $2 directory, $3 umask.
slh_start_task() {
  exec >>"$slh_spool" 2>&1
  trap - TERM USR1
  if [ -n "$slh_lc_was_set" ]; then LC_ALL=$slh_lc_was; else unset LC_ALL; fi
  umask "$3"
  if [ -n "$1" ]; then
    slh_task_session sudo -n -u "$1" -- /bin/sh -c "$slh_task_start" sh "$2"
  else
    slh_task_session "$slh_shell" -c "$slh_task_start" "$slh_shell" "$2"
  fi
}

# Shells start what stands before `&` with SIGINT and SIGQUIT ignored, and a program that finds them so keeps them so: servers that a task
# starts could not be stopped by them. Undone where a program can.
if env --default-signal=INT,QUIT true 2>/dev/null; then
  slh_task_session() { slh_session env --default-signal=INT,QUIT "$@"; }
elif slh_have perl; then
  # shellcheck disable=SC2016 # perl's variables, not the shell's
  slh_task_session() { slh_session perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV; exit 127' "$@"; }
else
  slh_task_session() { slh_session "$@"; }
fi
