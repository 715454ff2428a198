# shellcheck shell=sh
# Is a release what was sealed, and are its files what was sent? Writes nothing, and takes few processes whatever the number of files.

# $1 release, or empty for the live one; $2 how many shared paths follow, then those, then the writable directories: what is inside them comes
# and goes. Says each finding, `found PART WHAT PATH`, at most $slh_most of a sort, and how many there are, `count PART WHAT NUMBER`. PART is tree
# (what was sent), shared (links to shared/) or generated; WHAT is gone, kind, size, extra, changed or unreadable. What must be asked for by name
# comes as `odd KIND SUM PATH`, `link SUM PATH` and `shared PATH` (slh_do_verify_each).
slh_most=100
slh_do_verify() {
  slh_id=$1
  if [ -z "$slh_id" ]; then
    slh_live
    slh_id=$slh_live
    [ -n "$slh_id" ] || slh_fail not-whole "Nothing is live here that could be compared"
  fi
  if ! slh_is_release_name "$slh_id" || ! [ -d "$slh_releases/$slh_id" ] || [ -L "$slh_releases/$slh_id" ]; then
    slh_fail not-whole "There is no release $slh_id here"
  fi
  slh_shared_left=$2
  shift 2
  SLH_LINKED=
  while [ "$slh_shared_left" -gt 0 ]; do
    SLH_LINKED="$SLH_LINKED$1$slh_newline"
    slh_shared_left=$((slh_shared_left - 1))
    shift
  done
  export SLH_LINKED
  slh_say "release $slh_id"
  slh_manifest=$slh_home/manifests/$slh_id
  [ -f "$slh_manifest.seal" ] || return 0
  slh_say "sealed"
  if ! [ -f "$slh_manifest" ]; then
    slh_say "lost"
    slh_manifest=/dev/null
  fi
  cd "$slh_releases/$slh_id" || slh_fail host "Could not enter $slh_releases/$slh_id"
  slh_skip "$@"
  {
    sed 's/^/M /' "$slh_manifest"
    slh_list_entries . "$@" | sed 's/^/I /'
    sed '1d; s/^/S /' "$slh_home/manifests/$slh_id.seal"
    slh_put 'H '
    slh_names_to_hash "$@" | slh_sums 2>/dev/null | sed 's/^/H /'
  } | slh_judge || slh_fail host "Could not compare release $slh_id with its seal"
}

# Files of the manifest that are files here now: what has become a pipe would be read for ever. Odd names have a question of their own.
slh_names_to_hash() {
  {
    sed 's/^/M /' "$slh_manifest"
    slh_list_entries . "$@" | sed 's/^/I /'
  } | awk "$slh_skipped"'
    $1 == "M" { if ($2 == "F" && !/[\\\r]/) { sub(/^M F [-x] [0-9]+ [0-9a-f]+ /, "./"); if (!skipped($0)) wanted[$0] = 1 } next }
    $2 == "f" { sub(/^I f [-0-9]+ /, ""); if ($0 in wanted) print }'
}

# Lines of manifest (M), what is there (I), seal (S) and sums (H) in, findings out.
slh_judge() {
  awk -v tag="@$slh_token a " -v most="$slh_most" "$slh_skipped"'
    BEGIN { n_linked = split(ENVIRON["SLH_LINKED"], names, "\n"); for (i = 1; i <= n_linked; i++) if (names[i] != "") linked[names[i]] = 1 }
    function part(path) { return (path in linked) ? "shared" : (path in tree) ? "tree" : "generated" }
    function found(where, what, path) {
      if (++counts[where " " what] > most) return
      gsub(/\\/, "&&", path)
      print tag "found " where " " what " " path
    }
    # Lists cannot hold a name with a newline: its lines are passed over here and it is looked at by name.
    function pass_over(path, i, n, lines) {
      gsub(/\\\\/, "\001", path); gsub(/\\n/, "\n", path); gsub(/\001/, "\\", path)
      n = split(path, lines, "\n")
      over["./" lines[1]] = 1
      for (i = 2; i <= n; i++) over[lines[i]] = 1
    }
    function extras(i) {
      for (i = 1; i <= n_here; i++) if (!(here[i] in sealed)) found(part(here[i]), "extra", here[i])
      done = 1
    }
    { from = substr($0, 1, 1); line = substr($0, 3) }
    from == "M" {
      kind = $2; sum = $5; size = $4
      path = line; sub(/^[FLD] [-x] [0-9]+ [0-9a-f]+ /, "", path)
      if (path == "." || skipped("./" path)) next
      if (path ~ /[\\\r]/) { print tag "odd " kind " " sum " " path; pass_over(path); next }
      tree[path] = sum
      if (kind == "F") { files[++n_files] = path }
      if (kind == "L") print tag "link " sum " " path
      next
    }
    from == "H" {
      if (!done) extras()
      if (line == "") next
      sum = substr(line, 1, 64); path = line; sub(/^[0-9a-f]+ [ *]\.\//, "", path)
      if (!(path in tree)) next
      hashed[path] = 1; n_hashed++; bytes += size_of[path]
      if (sum != tree[path]) found("tree", "changed", path)
      if (n_hashed % 1000 == 0) { print tag "tick"; fflush() }
      next
    }
    {
      kind = substr(line, 1, 1); size = $3
      path = line; sub(/^[a-z] [-0-9]+ /, "", path)
      if (path == "." || (path in over) || skipped(line)) next
      sub(/^\.\//, "", path)
    }
    from == "I" { kind_of[path] = kind; size_of[path] = size; here[++n_here] = path; next }
    {
      sealed[path] = 1
      where = part(path)
      entries[where]++
      if (where == "shared" && kind == "l" && (path in kind_of) && kind_of[path] == "l") print tag "shared " path
      if (!(path in kind_of)) found(where, "gone", path)
      else if (kind_of[path] != kind) found(where, "kind", path)
      else if (where != "tree" && kind == "f" && size_of[path] != size) found(where, "size", path)
    }
    END {
      if (!done) exit 1
      for (i = 1; i <= n_files; i++) {
        path = files[i]
        if ((path in sealed) && kind_of[path] == "f" && !(path in hashed)) found("tree", "unreadable", path)
      }
      for (key in counts) print tag "count " key " " counts[key]
      printf "%stotal %d %.0f %d %d %d\n", tag, n_hashed, bytes, entries["tree"], entries["generated"], entries["shared"]
    }'
}

# Entries of release $1 by name, pairs of kind (F, L, D) and path: `each INDEX gone`, `each INDEX kind`, `each INDEX sum SUM SIZE`, `each INDEX text
# leads|dangles TEXT`, `each INDEX there`.
slh_do_verify_each() {
  cd "$slh_releases/$1" || slh_fail host "Could not enter $slh_releases/$1"
  shift
  slh_index=0
  while [ "$#" -ge 2 ]; do
    slh_say "each $slh_index $(slh_look_at_entry "$1" "./$2")"
    slh_index=$((slh_index + 1))
    shift 2
  done
}

slh_look_at_entry() {
  if ! slh_exists "$2"; then
    slh_put gone
  elif [ "$1" = L ] && [ -L "$2" ]; then
    slh_target=$(readlink "$2" && echo x)
    slh_target=${slh_target%"$slh_newline"x}
    if [ -e "$2" ]; then slh_leads=leads; else slh_leads=dangles; fi
    slh_put "text $slh_leads $(slh_escape "$slh_target")"
  elif [ "$1" = F ] && [ -f "$2" ] && ! [ -L "$2" ]; then
    slh_got=$(slh_sum 2>/dev/null <"$2")
    slh_put "sum ${slh_got%% *} $(($(wc -c <"$2")))"
  elif [ "$1" = D ] && [ -d "$2" ] && ! [ -L "$2" ]; then
    slh_put there
  else
    slh_put kind
  fi
}
