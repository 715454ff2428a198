# shellcheck shell=sh
# Processes that work in releases, as far as this user can see: by their directory, root, program, open or mapped files. One look is
# a handful of programs for all processes and all releases, for there may be thousands. /proc shows resolved paths, so we compare with
# such, and goes on showing them for what was renamed (into trash/) or deleted.

# Where /proc shows processes as Linux does: sets slh_real to where releases are, slh_real_trash to where they end. Else fails.
slh_sees_processes() {
  [ -d /proc/self ] || return 1
  slh_real=$(cd "$slh_releases" 2>/dev/null && pwd -P) || return 1
  # No path begins like this.
  slh_real_trash=$(cd "$slh_home/trash" 2>/dev/null && pwd -P) || slh_real_trash=//
}

# The same at all processes.
slh_look_at_all() {
  slh_pids=$(cd /proc && echo [0-9]*)
  slh_look_at_processes "$1"
}

# Looks at the processes in slh_pids, and sets slh_found: a line `PID RELEASE PROGRAM` for each release that each works in, but for those that
# work in release $1 (empty: none), and for our own.
slh_look_at_processes() {
  slh_found=$(
    SLH_SPARE=$1 SLH_BASE=$slh_real SLH_TRASH=$slh_real_trash
    export SLH_SPARE SLH_BASE SLH_TRASH
    slh_process_links | slh_releases_of | sort -n | slh_without_ours
  )
}

# Paths are compared as ls shows them: bytes that are not ASCII as question marks. All such are taken for equal: rather one too many.
slh_releases_of() {
  awk '
    function seen(path) { gsub(/[^ -~]+/, "?", path); gsub(/[?]+/, "?", path); return path }
    function below(path, top) { path = substr(path, length(top) + 1); sub(/\/.*/, "", path); return path }
    function note(pid, path,    id) {
      if (!plain) path = seen(path)
      sub(/ \(deleted\)$/, "", path)
      if (index(path, base) == 1) {
        id = below(path, base)
      } else if (index(path, trash) == 1) {
        id = below(path, trash)
        sub(/\.[^.]*\.[0-9]+$/, "", id)
      }
      if (id ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/ && id != ENVIRON["SLH_SPARE"]) found[pid " " id] = pid
    }
    function name(pid, path) { sub(/ \(deleted\)$/, "", path); sub(/.*\//, "", path); program[pid] = path }
    BEGIN { base = seen(ENVIRON["SLH_BASE"] "/"); trash = seen(ENVIRON["SLH_TRASH"] "/"); plain = !index(base trash, "?") }
    /^\/proc\/[0-9]+\/fd\/:$/ { split($0, part, "/"); pid = part[3]; next }
    /^\/proc\/[0-9]+\/maps:/ { split($0, part, "/"); $0 = substr($0, index($0, " /") + 1); gsub(/\\012/, "\n"); note(part[3], $0); next }
    !(i = index($0, " -> ")) { next }
    match($0, /\/proc\/[0-9]+\/(cwd|root|exe) -> /) {
      split(substr($0, RSTART, RLENGTH), part, "/")
      pid = part[3]
      i = RSTART + RLENGTH - 4
      if (part[4] == "exe -> ") name(pid, substr($0, i + 4))
    }
    { note(pid, substr($0, i + 4)) }
    END { for (one in found) print one " " program[found[one]] }'
}

# Links of the processes in slh_pids, as ls lists them, and the lines of their maps that lead to releases. More arguments than the system
# takes at once: xargs. /dev/null, so that there is more than one name in each, and all are told. A name with a newline must not look like
# another line: what has no -q shows a question mark anyway.
slh_process_links() {
  slh_q=
  if ls -q / >/dev/null 2>&1; then slh_q=q; fi
  QUOTING_STYLE=literal
  export QUOTING_STYLE
  for slh_p in $slh_pids; do slh_put "/proc/$slh_p/cwd /proc/$slh_p/root /proc/$slh_p/exe"; done | xargs ls "-ln$slh_q" 2>/dev/null
  for slh_p in $slh_pids; do slh_put "/proc/$slh_p/fd/"; done | xargs ls "-ln$slh_q" /dev/null 2>/dev/null
  for slh_p in $slh_pids; do slh_put "/proc/$slh_p/maps"; done |
    xargs grep -F -e " $(slh_as_mapped "$slh_real")/" -e " $(slh_as_mapped "$slh_real_trash")/" -- /dev/null 2>/dev/null
}

# A path as /proc/PID/maps has it: there a newline is written \012.
slh_as_mapped() { slh_put "$1" | awk 'NR > 1 { printf "%s", "\\012" } { printf "%s", $0 }'; }

# Leaves out our own conversation, which stands in a release where the controller of `local` does, and what works in another directory that
# has the same path to it: in a container.
slh_without_ours() {
  slh_its_session "$$"
  slh_session_of_worker=$slh_sid_of
  slh_its_session "$slh_loop_pid"
  slh_session_of_loop=$slh_sid_of
  while read -r slh_pid slh_rest; do
    slh_its_session "$slh_pid"
    case $slh_sid_of in '' | 0) ;; "$slh_session_of_worker" | "$slh_session_of_loop") continue ;; *) ;; esac
    if slh_means_ours "$slh_pid"; then slh_put "$slh_pid $slh_rest"; fi
  done
}

# Sets slh_sid_of to the session of process $1, slh_parent_of, and slh_terminal_of, which is 0 where it has none. All empty where it is not there.
slh_its_session() {
  slh_stat=
  slh_sid_of=
  slh_parent_of=
  slh_terminal_of=
  slh_started "$1"
  case $slh_stat in [A-Z]' '[0-9]*) ;; *) return 0 ;; esac
  # A name with a newline in it leaves less.
  # shellcheck disable=SC2086 # its words
  set -- $slh_stat
  slh_parent_of=${2-}
  slh_sid_of=${4-}
  slh_terminal_of=${5-}
}

# Whether process $1 means by the path of our releases the same directory. Where that cannot be seen: yes. A process with another root in our own
# mount namespace is shown with whole paths.
slh_means_ours() {
  # shellcheck disable=SC3013 # every shell that we know has it
  [ "/proc/$1/root$slh_real" -ef "$slh_real" ] && return 0
  [ -x "/proc/$1/root/" ] || return 0
  slh_mount=$(readlink "/proc/$1/ns/mnt" 2>/dev/null)
  [ -z "$slh_mount" ] || [ "$slh_mount" = "$(readlink /proc/self/ns/mnt)" ]
}
