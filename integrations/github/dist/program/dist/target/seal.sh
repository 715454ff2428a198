# shellcheck shell=sh
# What turns a filled directory into a release: links to what is shared, directories to write to, group; and, after the tasks of
# `prepare`, the seal: the list of all entries, everything flushed. Nothing writes to a sealed release any more.

# A shared entry of release $1: $2 dir or file, $3 its path, $4 text of the link, $5 link | create | seed, $6 mode for what is made.
# Nothing that exists in shared/ is ever touched.
slh_do_share() {
  slh_link=$slh_releases/$1/$3
  slh_path=$slh_shared/$3
  slh_seed=$slh_releases/$1/.slh-seed/$3
  case $5 in
  create) slh_create_shared "$2" "$6" ;;
  seed) slh_seed_shared "$2" "$6" ;;
  *) ;;
  esac
  slh_make_parent "$slh_link"
  slh_exists "$slh_link" && slh_fail host "$slh_link is in the way of a shared entry"
  ln -sn "$4" "$slh_link" 2>/dev/null || slh_fail_write "$slh_link"
}

slh_make_parent() { mkdir -p "${1%/*}" 2>/dev/null || slh_fail_write "${1%/*}"; }

slh_create_shared() {
  slh_exists "$slh_path" && return 0
  slh_make_parent "$slh_path"
  if [ "$1" = dir ]; then
    mkdir "$slh_path" 2>/dev/null || [ -d "$slh_path" ] || slh_fail_write "$slh_path"
  else
    (set -C && true >"$slh_path") 2>/dev/null || [ -e "$slh_path" ] || slh_fail_write "$slh_path"
  fi
  chmod "$2" "$slh_path" 2>/dev/null
  slh_say "created $(slh_escape "$slh_path")"
}

# Out of the release into shared/: a hard link cannot overwrite what somebody else has made meanwhile, nor can the rename of a directory
# overwrite one that is not empty. Where shared/ is another file system, what is made there gets its name when it is whole.
slh_seed_shared() {
  slh_exists "$slh_path" && return 0
  slh_exists "$slh_seed" || return 0
  slh_make_parent "$slh_path"
  slh_copy=$slh_path.slh-$slh_sid
  if ! slh_give_name "$1" "$slh_seed"; then
    cp -RPp "$slh_seed" "$slh_copy" 2>/dev/null && slh_give_name "$1" "$slh_copy"
    rm -rf "$slh_copy"
  fi
  slh_exists "$slh_path" || slh_fail_write "$slh_path"
  slh_say "created $(slh_escape "$slh_path")"
}

slh_give_name() {
  if [ "$1" = dir ]; then slh_rename "$2" "$slh_path"; else ln "$2" "$slh_path" 2>/dev/null; fi
}

# The rest of what is decided before the tasks: $1 release, $2 group or empty, then the directories to write to.
slh_do_arrange() {
  slh_release=$slh_releases/$1
  slh_group=$2
  shift 2
  rm -rf "$slh_release/.slh-seed"
  for slh_d in "$@"; do
    mkdir -p "$slh_release/$slh_d" 2>/dev/null || slh_fail_write "$slh_release/$slh_d"
  done
  slh_give_group "$slh_release" "$slh_group"
  for slh_d in "$@"; do slh_make_writable "$slh_release/$slh_d"; done
}

slh_give_group() {
  [ -z "$2" ] || chgrp -R -P "$2" "$1" 2>/dev/null || chgrp -R "$2" "$1" 2>/dev/null ||
    slh_fail preflight "User $(id -un) cannot give files to group $2. Is the user a member of it?"
}

slh_make_writable() {
  chmod -R ug+rwX "$1" 2>/dev/null || slh_fail host "Could not make $1 writable"
  [ -z "$slh_group" ] || find "$1" -type d -exec chmod g+s {} +
}

# $1 release, $2 ledger line with %BYTES% where the size goes, $3 flush | best-effort, $4 seconds for the flush, $5 group, then writable directories.
slh_do_seal() {
  slh_id=$1
  slh_release=$slh_releases/$1
  slh_line=$2
  slh_durability=$3
  slh_flush_limit=$4
  slh_group=$5
  shift 5
  slh_fence
  [ -d "$slh_release" ] || slh_fail not-whole "Release $slh_id is gone: somebody deleted it while it was being prepared"
  slh_give_group "$slh_release" "$slh_group"
  slh_step "seal.list"
  slh_list_entries "$slh_release" "$@" >"$slh_run/entries" || slh_fail_write "$slh_run/entries"
  slh_bytes=$(awk '$1 == "f" { sum += $2 } END { printf "%.0f", sum }' "$slh_run/entries")
  { slh_put "$slh_bytes" && cat "$slh_run/entries"; } 2>/dev/null >"$slh_run/seal" || slh_fail_write "$slh_run/seal"
  # Last of all the seal, so that where it exists everything before it does.
  mv -f "$slh_run/manifest" "$slh_home/manifests/$slh_id" 2>/dev/null || slh_fail_write "$slh_home/manifests/$slh_id"
  slh_flush_release "$slh_release"
  slh_keep_reuse
  # These may be on another file system than the release.
  { slh_flush_file "$slh_home/manifests/$slh_id" && slh_flush_file "$slh_run/seal"; } || slh_fail_write "$slh_home/manifests"
  slh_step "seal.flushed"
  mv -f "$slh_run/seal" "$slh_home/manifests/$slh_id.seal" 2>/dev/null || slh_fail_write "$slh_home/manifests/$slh_id.seal"
  slh_flush_directory "$slh_home/manifests" || slh_fail_write "$slh_home/manifests"
  slh_ledger_add_now "${slh_line%'%BYTES%'*}$slh_bytes${slh_line##*'%BYTES%'}" || slh_fail_write "$slh_home/ledger.jsonl"
  slh_say "sealed $slh_bytes $(wc -l <"$slh_run/entries")"
}

# What others may take over from it (reuse.sh).
slh_keep_reuse() {
  [ -f "$slh_run/reuse" ] || return 0
  { slh_flush_file "$slh_run/reuse" && mv -f "$slh_run/reuse" "$slh_home/manifests/$slh_id.reuse"; } 2>/dev/null ||
    slh_fail_write "$slh_home/manifests/$slh_id.reuse"
}

slh_flush_release() {
  slh_flush_tree "$1" "$slh_flush_limit" && return 0
  if [ "$slh_flushed" = 124 ]; then slh_why=" within $slh_flush_limit s"; else slh_why=": the disk reported an error"; fi
  [ "$slh_durability" = best-effort ] || slh_fail not-flushed "The release could not be written to disk$slh_why"
  slh_say "warning The release could not be flushed to disk$slh_why (durability: best-effort)"
}

# All entries below $1, `f SIZE ./path`, `d - ./path`, `l - ./path`, sorted, without what is inside the writable directories "$@" (it comes
# and goes). A newline in a name gives two lines, the same two each time: lists are only ever compared with each other.
slh_list_entries() (
  cd "$1" || exit 1
  shift
  slh_list_from . | slh_without "$@" | sort
)

# The same, unsorted, of all at and below $1: `.` or a path that begins with `./`.
slh_list_from() {
  find "$1" ! -type f ! -type d ! -type l -print | sed 's/^/o - /'
  find "$1" -type d -print | sed 's/^/d - /'
  find "$1" -type l -print | sed 's/^/l - /'
  if stat -c '%s' . >/dev/null 2>&1; then
    find "$1" -type f -exec stat -c 'f %s %n' -- {} +
  else
    find "$1" -type f -print | sed 's/^/f - /'
  fi
}

# Takes out of a list what is inside the directories "$@".
slh_without() {
  slh_skip "$@"
  awk "$slh_skipped"'{ if (!skipped($0)) print }'
}

slh_skip() {
  SLH_SKIP=
  for slh_d in "$@"; do SLH_SKIP="$SLH_SKIP./$slh_d/$slh_newline"; done
  export SLH_SKIP
}

slh_skipped='
  BEGIN { n = split(ENVIRON["SLH_SKIP"], skip, "\n") }
  function skipped(line, i) {
    sub(/^[a-z] [-0-9]+ /, "", line)
    for (i = 1; i <= n; i++) if (skip[i] != "" && index(line, skip[i]) == 1) return 1
    return 0
  }
'

# Is a release still what was sealed? Refused where entries are missing or of another kind, named; `warning` where files have another size.
# Writes nothing. A release without a seal (adopted) is only looked at as a whole. $1 release, then the directories that are writable by now: what is inside
# them counts neither here nor in a seal that was made when they were not.
slh_do_check_whole() {
  slh_id=$1
  slh_seal=$slh_home/manifests/$1.seal
  [ -d "$slh_releases/$1" ] || slh_fail not-whole "Release $1 is not there any more"
  shift
  [ -f "$slh_seal" ] || return 0
  slh_skip "$@"
  slh_told=$(slh_list_entries "$slh_releases/$slh_id" "$@" | awk "$slh_skipped"'
    function key(line) { k = substr(line, 1, 1); sub(/^[a-z] [-0-9]+ /, "", line); return k " " line }
    FILENAME == "-" { have[key($0)] = $2; next }
    FNR == 1 || skipped($0) { next }
    !(key($0) in have) { gone++; if (gone <= 5) { sub(/^[a-z] [-0-9]+ \.\//, ""); names = names (gone > 1 ? ", " : "") $0 } next }
    have[key($0)] != $2 { drift++ }
    END { print gone + 0 " " drift + 0 " " names }' - "$slh_seal")
  [ -n "$slh_told" ] || slh_fail host "Could not compare release $slh_id with its seal"
  slh_gone=${slh_told%% *}
  slh_told=${slh_told#* }
  slh_drift=${slh_told%% *}
  [ "$slh_gone" -eq 0 ] ||
    slh_fail not-whole "Release $slh_id is no longer whole. Missing or of another kind ($slh_gone): ${slh_told#* }"
  [ "$slh_drift" -eq 0 ] || slh_say "warning Files of release $slh_id with another size than when it was sealed: $slh_drift"
}
