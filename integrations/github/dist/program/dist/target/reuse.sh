# shellcheck shell=sh
# What tasks of an earlier release made, taken over into a new one: copied, never linked, and only where it is still what was sealed.

# What keys are made from, and the keys of sealed releases: `machine TEXT`, `record ID KEY PATH`.
slh_do_reuse_records() {
  slh_say "machine $(uname -s -m 2>/dev/null)"
  for slh_e in "$slh_home"/manifests/*.reuse; do
    slh_id=${slh_e##*/}
    slh_id=${slh_id%.reuse}
    if slh_is_release_name "$slh_id" && slh_is_base "$slh_id"; then sed "s/^/@$slh_token a record $slh_id /" "$slh_e"; fi
  done
}

# What a command says of the programs here, in the shell that tasks get: `runtime NUMBER CODE TEXT`; `runtime NUMBER late SECONDS` where it was
# stopped; nothing where that shell does not even start. What start-up files print is passed over. $1 number, $2 shell text that sets the
# environment, $3 shell or empty, $4 its options, $5 the command.
slh_do_runtime() {
  slh_index=$1
  slh_dir=$slh_root
  [ -d "$slh_dir" ] || slh_dir=/
  slh_said=$(slh_put "$2
slh_o=\$(set -e
$5
)
printf '%s\\n' \"@$slh_token \$?\" \"\$slh_o\" ." | slh_enter_briefly "$slh_dir" "$3" "$4" 2>/dev/null | head -c 65536)
  case "$slh_newline$slh_said" in
  *"$slh_newline@$slh_token late "*) slh_say "runtime $slh_index ${slh_said##*"@$slh_token "}" && return 0 ;;
  *"$slh_newline@$slh_token "*) ;;
  *) return 0 ;;
  esac
  slh_said=${slh_said##*"@$slh_token "}
  slh_said=${slh_said%"$slh_newline."}
  slh_code=${slh_said%%"$slh_newline"*}
  slh_say "runtime $slh_index $slh_code $(slh_escape "${slh_said#*"$slh_newline"}")"
}

# What only says something about itself and hangs must not hold up a deploy. The programs that stop it say so by their exit codes: GNU's by
# 124, BusyBox's by that of what it stopped.
slh_enter_briefly() {
  slh_enter slh_briefly '' "$@"
  case $? in 124 | 143) slh_put "$slh_newline@$slh_token late $slh_brief$slh_newline" ;; *) ;; esac
}

slh_brief=20
slh_briefly() { if slh_have timeout; then timeout "$slh_brief" "$@"; else "$@"; fi; }

# Whether what is at a path could be taken over, and from where. $1 number, $2 path, then releases, best first. Says `reusable NUMBER RELEASE
# BYTES`, and why not of those before it. Writes nothing.
slh_do_look_reuse() {
  slh_index=$1
  slh_path=$2
  shift 2
  for slh_from in "$@"; do
    if slh_may_reuse "$slh_from" "$slh_path"; then
      slh_say "reusable $slh_index $slh_from $slh_bytes"
      return 0
    fi
    slh_say_unused
  done
}

# Takes it over. $1 new release, $2 number, $3 path, then releases, best first. Says `reused NUMBER RELEASE BYTES`.
slh_do_reuse() {
  slh_fence
  slh_release=$slh_releases/$1
  slh_index=$2
  slh_path=$3
  shift 3
  for slh_from in "$@"; do
    if slh_may_reuse "$slh_from" "$slh_path" && slh_copy_made "$slh_from" "$slh_path"; then
      slh_say "reused $slh_index $slh_from $slh_bytes"
      return 0
    fi
    slh_say_unused
  done
}

slh_say_unused() { slh_say "warning $(slh_escape "$slh_path") of release $slh_from is not reused: $slh_why"; }

# Sets slh_bytes, or slh_why where it may not: release $1, path $2.
slh_may_reuse() {
  slh_why="it is gone"
  [ -f "$slh_home/manifests/$1.seal" ] && slh_exists "$slh_releases/$1/$2" || return 1
  slh_why="it leads elsewhere, or is neither a directory nor a file"
  slh_is_made "$slh_releases/$1" "$2" || return 1
  slh_why="links in it lead into that release"
  slh_leads_into "$slh_releases/$1" "$2" && return 1
  slh_compare_sealed "$slh_releases/$1" "$1" "$2"
}

# A directory or a file, and nothing on the way to it a link. $1 release directory, $2 path.
slh_is_made() (
  { [ -d "$1/$2" ] || [ -f "$1/$2" ]; } && ! [ -L "$1/$2" ] || exit 1
  slh_way=$2
  while [ "$slh_way" != "${slh_way%/*}" ]; do
    slh_way=${slh_way%/*}
    [ -L "$1/$slh_way" ] && exit 1
  done
  exit 0
)

# Whether links at or below path $2 of release directory $1 name that directory: in a copy they would go on leading there.
slh_leads_into() (
  cd "$1" 2>/dev/null || exit 0
  slh_real=$(pwd -P)
  find "./$2" -type l -exec ls -ld {} + 2>/dev/null | grep -qF -e "-> $1/" -e "-> $slh_real/"
)

# Is what is at path $3 of directory $1 what was sealed in release $2, entry by entry? Kind and size; nothing more and nothing less.
# A seal is sorted by lines: what follows a line break in a name has lost its place there, and does not count.
slh_compare_sealed() {
  SLH_PART=./$3
  export SLH_PART
  slh_told=$({
    awk '
      BEGIN { part = ENVIRON["SLH_PART"] }
      FNR > 1 && /^[a-z] [-0-9]+ \.\// {
        path = $0; sub(/^[a-z] [-0-9]+ /, "", path)
        if (path == part || index(path, part "/") == 1) print "S " $0
      }' "$slh_home/manifests/$2.seal"
    (cd "$1" && slh_list_from "./$3") 2>/dev/null | sed -n 's/^[a-z] [-0-9]* \.\//I &/p'
  } | awk '
    $1 == "S" { bytes += $3; entries++; count[substr($0, 3)]++; next }
    { count[substr($0, 3)]-- }
    END { for (line in count) if (count[line] != 0) other++; printf "%.0f %d %d\n", bytes, entries, other }')
  slh_bytes=${slh_told%% *}
  slh_why="it could not be compared with its seal"
  case $slh_told in [0-9]*' '*' '*) ;; *) return 1 ;; esac
  slh_why="it is not what was sealed (entries that differ: ${slh_told##* })"
  case $slh_told in *' 0 '*) return 1 ;; *' 0') return 0 ;; *) return 1 ;; esac
}

# Copies path $2 of release $1, and looks at what came of it. What is not whole is removed again.
slh_copy_made() {
  slh_why="there is something in its place"
  slh_copy=$slh_release/$2
  slh_exists "$slh_copy" && return 1
  slh_why="it could not be copied"
  slh_choose_copy
  slh_step "reuse.copy"
  # shellcheck disable=SC2086 # several options
  if mkdir -p "${slh_copy%/*}" 2>/dev/null &&
    cp $slh_copy_options -- "$slh_releases/$1/$2" "$slh_copy" 2>/dev/null &&
    slh_compare_sealed "$slh_release" "$1" "$2"; then
    return 0
  fi
  if slh_disk_full; then slh_why="no space left"; fi
  rm -rf -- "$slh_copy" 2>/dev/null || { chmod -R u+rwX -- "$slh_copy" && rm -rf -- "$slh_copy"; } 2>/dev/null ||
    slh_fail host "Could not remove a copy that is not whole: $slh_copy"
  return 1
}

# Sets slh_copy_options: blocks are shared with the original where the file system can, which no later edit of either can be seen through.
slh_choose_copy() {
  slh_copy_options=-RPp
  slh_probe_file=$slh_run/copy-probe
  true >"$slh_probe_file" || return 0
  for slh_o in '-a' '-a --reflink=auto'; do
    # shellcheck disable=SC2086 # several options
    if cp $slh_o -- "$slh_probe_file" "$slh_probe_file.2" 2>/dev/null; then slh_copy_options=$slh_o; fi
    rm -f "$slh_probe_file.2"
  done
  rm -f "$slh_probe_file"
}

# What others may take over from release $1 once it is sealed: pairs of key and path. Kept beside the seal (slh_do_seal).
slh_do_note_reuse() {
  slh_release=$slh_releases/$1
  shift
  true 2>/dev/null >"$slh_run/reuse" || slh_fail_write "$slh_run/reuse"
  while [ "$#" -ge 2 ]; do
    if slh_is_made "$slh_release" "$2"; then
      slh_put "$1 $(slh_escape "$2")" 2>/dev/null >>"$slh_run/reuse" || slh_fail_write "$slh_run/reuse"
    fi
    shift 2
  done
}
