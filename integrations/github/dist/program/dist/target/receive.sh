# shellcheck shell=sh
# A release comes into being: what a sealed release here already holds is copied in bulk, what is missing comes in the stream, and then
# every content is hashed. Few processes, whatever the number of files.

# $1 release id, $2 ledger line `preparing`, $3 bytes of the delta at the start of the stream, $4 number of entries expected,
# $5 mode of directories, $6 of files, $7 of executable files, $8 time for touch -t; then the releases to copy from.
slh_do_receive() {
  slh_id=$1
  slh_release=$slh_releases/$1
  slh_delta_size=$3
  slh_entries=$4
  slh_dir_mode=$5
  slh_file_mode=$6
  slh_exec_mode=$7
  slh_time=$8
  slh_fence
  slh_exists "$slh_release" && slh_fail moved "$slh_release exists already"
  slh_ledger_add "$2" || slh_fail_write "$slh_home/ledger.jsonl"
  shift 8
  slh_step "receive.noted"
  mkdir "$slh_release" 2>/dev/null || slh_fail_write "$slh_release"
  # The stream first and without a pause: as long as it waits for us, the loop cannot read, and silence is taken for death.
  slh_take_delta
  slh_unpack
  slh_make_manifest "$@"
  slh_make_directories
  slh_step "receive.directories"
  for slh_r in "$@"; do slh_copy_from "$slh_r"; done
  slh_copy_moved
  slh_step "receive.copied"
  slh_check_contents
}

# What the check found wanting comes again: a second stream with only those.
slh_do_receive_again() {
  slh_id=$1
  slh_release=$slh_releases/$1
  slh_dir_mode=$2
  slh_file_mode=$3
  slh_exec_mode=$4
  slh_time=$5
  slh_fence
  cd "$slh_release" || slh_fail host "Could not enter $slh_release"
  tr '\n' '\0' <"$slh_run/lacking" | xargs -0 rm -rf -- || slh_fail host "Could not clear the way in $slh_release"
  slh_unpack
  slh_check_contents
}

slh_take_delta() {
  cd "$slh_run" || slh_fail host "Could not enter $slh_run"
  rm -f manifest* copy.* moved delta
  slh_take "$slh_delta_size" >"$slh_run/delta" || slh_fail_write "$slh_run/delta"
}

# The manifest of the new release, from the delta (tree/difference.ts) and the manifests of the releases it names. $@ their ids.
slh_make_manifest() {
  cd "$slh_run" || slh_fail host "Could not enter $slh_run"
  slh_manifests=$#
  while [ "$slh_manifests" -gt 0 ]; do
    slh_manifests=$((slh_manifests - 1))
    set -- "$@" "../../manifests/$1"
    true >"copy.$1" || slh_fail_write "$slh_run/copy.$1"
    shift
  done
  true >moved || slh_fail_write "$slh_run/moved"
  awk '
    function path_of(line) { sub(/^[FLD] [-x] [0-9]+ [0-9a-f]+ /, "", line); return line }
    function take(line) { given[path_of(line)] = 1; print line }
    function same(release, path) {
      if ((release, ".") in subtree) return 1
      while (1) {
        if ((release, path) in subtree) return 1
        if (!match(path, /\/[^\/]*$/)) return 0
        path = substr(path, 1, RSTART - 1)
      }
    }
    FILENAME == "delta" {
      op = substr($0, 1, 1); rest = substr($0, 3)
      if (op == "+") { take(rest); next }
      if (op == ":") { take(rest); print moved "\n" "./" path_of(rest) > "moved"; next }
      release = rest; sub(/ .*/, "", release); rest = substr(rest, length(release) + 2)
      if (op == "=") subtree[release, rest] = 1
      if (op == "~") { take(rest); print "./" path_of(rest) > ("copy." release) }
      if (op == ">") moved = release "/" rest
      next
    }
    {
      release = FILENAME; sub(/.*\//, "", release)
      path = path_of($0)
      if ((path in given) || !same(release, path)) next
      print
      if ($1 != "D") print "./" path > ("copy." release)
    }' delta "$@" >manifest.unsorted || slh_fail_write "$slh_run/manifest.unsorted"
  sort -t ' ' -k 5 manifest.unsorted >manifest || slh_fail_write "$slh_run/manifest"
  slh_lines=$(wc -l <manifest)
  [ "$slh_lines" -eq "$slh_entries" ] ||
    slh_fail transfer "The list of entries came to $((slh_lines + 0)) instead of $slh_entries: a manifest in $slh_home/manifests is damaged"
}

# Runs "$@" on all names of the list on standard input, which hold no newline or backslash.
slh_on_names() { tr '\n' '\0' | xargs -0 "$@"; }

# Paths of the manifest whose lines match extended expression $1, each with ./ before it. Names that lists mangle never pass through them.
slh_names() {
  slh_return=$(printf '\r')
  sed -n -E "/[\\\\$slh_return]/d; s/^$1 [0-9]+ [0-9a-f]+ /.\\//p" "$slh_run/manifest"
}

slh_make_directories() {
  cd "$slh_release" || slh_fail host "Could not enter $slh_release"
  slh_names 'D -' | slh_on_names mkdir -p -- || slh_fail_write "directories in $slh_release"
}

# The stream: extracted with the modes it carries, as us.
slh_unpack() {
  cd "$slh_release" || slh_fail host "Could not enter $slh_release"
  slh_step "receive.unpack"
  tar -xop -f - 2>"$slh_run/tar" || slh_fail_write "the sent files: $(tail -n 1 "$slh_run/tar")" transfer
  # tar may stop at the end mark: the rest of the stream must not stay in the pipe.
  cat >/dev/null
}

# What a sealed release holds: one tar to another, for as many files at a time as fit an argument list (not every tar reads a list). Where
# tar can, it is told not to enter what is no file there any more, and to make two files of what is one under two names: an edit of one
# would change the other. A failure shows in the check.
slh_copy_from() {
  [ -s "$slh_run/copy.$1" ] || return 0
  # shellcheck disable=SC2016
  (
    cd "$slh_releases/$1" 2>/dev/null || exit 0
    slh_on_names "$slh_shell" -c '
      options=$1 to=$2
      shift 2
      tar $options -c -f - "$@" 2>/dev/null | { cd "$to" && tar -xop -f -; }' sh "$(slh_tar_options)" "$slh_release" <"$slh_run/copy.$1"
  ) 2>"$slh_run/tar"
  if [ -s "$slh_run/tar" ] && slh_disk_full; then slh_fail disk-full "No space left for the files copied from release $1"; fi
}

slh_tar_options() {
  for slh_o in --no-recursion --hard-dereference; do
    if tar "$slh_o" -c -f /dev/null /dev/null >/dev/null 2>&1; then slh_put_raw "$slh_o "; fi
  done
}

# Contents that a release holds under another path: pairs of lines, from and to. What goes from one directory to another under the same
# name (a renamed directory) takes a process for each pair of directories, not for each file. A failure shows in the check.
slh_copy_moved() {
  [ -s "$slh_run/moved" ] || return 0
  awk '
    NR % 2 { from = $0; next }
    {
      base = from; sub(/.*\//, "", base)
      target = $0; sub(/[^\/]*$/, "", target)
      if (target base == $0) print target "\n" from
      else print $0 "\n" from
    }' "$slh_run/moved" >"$slh_run/moves" || slh_fail_write "$slh_run/moves"
  slh_target=
  set --
  while IFS= read -r slh_to && IFS= read -r slh_from; do
    # What is a pipe there by now would be waited for.
    [ -f "$slh_releases/$slh_from" ] || continue
    if [ "$slh_to" != "$slh_target" ] || [ "$#" -ge 200 ]; then
      [ "$#" -eq 0 ] || cp -p -- "$@" "$slh_target" 2>/dev/null
      set --
    fi
    slh_target=$slh_to
    set -- "$@" "$slh_releases/$slh_from"
  done <"$slh_run/moves"
  [ "$#" -eq 0 ] || cp -p -- "$@" "$slh_target" 2>/dev/null
}

# What was a file when its release was sealed may have become a link, a pipe or a directory there since, and was copied as that. A link to
# the same content would pass for it, and mode and time be given to what it leads to; a pipe would be read for ever.
slh_drop_no_files() {
  # shellcheck disable=SC2016
  slh_names 'F [-x]' | slh_on_names "$slh_shell" -c '
    for f do
      if [ -L "$f" ] || { [ -e "$f" ] && ! [ -f "$f" ]; }; then rm -rf -- "$f" || exit 1; fi
    done' sh || slh_fail host "Could not clear the way in $slh_release"
}

# Modes and times as decided by the controller, then every content against its hash. Says `lacks PATH` for what is not as it should be.
slh_check_contents() {
  cd "$slh_release" || slh_fail host "Could not enter $slh_release"
  slh_drop_no_files
  {
    slh_names 'F x' | slh_on_names chmod "$slh_exec_mode" --
    slh_names 'F -' | slh_on_names chmod "$slh_file_mode" --
    slh_names 'D -' | slh_on_names chmod "$slh_dir_mode" --
    slh_names 'F [-x]' | TZ=UTC0 slh_on_names touch -c -t "$slh_time" --
  } 2>/dev/null
  slh_step "receive.before-check"
  slh_names 'F [-x]' | slh_sums 2>/dev/null | awk '
    FILENAME == "-" { sum = substr($0, 1, 64); sub(/^[0-9a-f]+ [ *]/, ""); have[$0] = sum; next }
    $1 == "F" && !/[\\\r]/ {
      sum = $4; path = $0; sub(/^F [-x] [0-9]+ [0-9a-f]+ /, "./", path)
      if (have[path] != sum) print path
    }' - "$slh_run/manifest" >"$slh_run/lacking" || slh_fail_write "$slh_run/lacking"
  sed "s/^\\.\\//@$slh_token a lacks /" "$slh_run/lacking"
}

# Lines `SUM  NAME` for the names on standard input; and the sum of standard input itself.
if slh_have sha256sum; then
  slh_sums() { slh_on_names sha256sum --; }
  slh_sum() { sha256sum; }
else
  slh_sums() { slh_on_names shasum -a 256 --; }
  slh_sum() { shasum -a 256; }
fi

# Files with odd names, in pairs of path and sum: a process each. Says `lacks-odd INDEX`.
slh_do_check_odd() {
  slh_id=$1
  shift
  cd "$slh_releases/$slh_id" || slh_fail host "Could not enter $slh_releases/$slh_id"
  slh_index=0
  while [ "$#" -ge 2 ]; do
    slh_got=$(slh_sum 2>/dev/null <"./$1")
    [ "${slh_got%% *}" = "$2" ] || slh_say "lacks-odd $slh_index"
    slh_index=$((slh_index + 1))
    shift 2
  done
}
