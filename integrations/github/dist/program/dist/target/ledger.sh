# shellcheck shell=sh
# The ledger: one JSON line a fact, made by the controller, appended here. Nothing here understands JSON.

# Appends ready-made line $1. A torn last line (a power cut, a full disk) is ended first, so that it can spoil nothing but itself.
slh_ledger_add() {
  slh_ledger=$slh_home/ledger.jsonl
  if [ -s "$slh_ledger" ] && [ -n "$(tail -c 1 "$slh_ledger" | tr -c '\n' x)" ]; then
    slh_put '' 2>/dev/null >>"$slh_ledger"
  fi
  slh_put "$1" 2>/dev/null >>"$slh_ledger"
}

# The same, on disk before it returns.
slh_ledger_add_now() { slh_ledger_add "$1" && slh_flush_file "$slh_home/ledger.jsonl"; }

# Lines that matter for decisions: all about releases that exist, and the last $1 of whatever kind.
slh_say_ledger() {
  slh_ledger=$slh_home/ledger.jsonl
  [ -f "$slh_ledger" ] || return 0
  # No line of it can be read, which is not to be taken for none.
  [ -r "$slh_ledger" ] || slh_say "ledger unreadable"
  [ -r "$slh_ledger" ] || return 0
  slh_lines=$(wc -l <"$slh_ledger")
  # shellcheck disable=SC2016
  tr -d '\000\r' <"$slh_ledger" | awk -v have="$slh_ids" -v from=$((slh_lines - $1)) -v tag="@$slh_token a ledger " '
    BEGIN { n = split(have, ids, " "); for (i = 1; i <= n; i++) wanted[ids[i]] = 1 }
    {
      if (NR <= from) {
        if (!match($0, /"release":"[^"]*"/)) next
        if (!(substr($0, RSTART + 11, RLENGTH - 12) in wanted)) next
      }
      print tag $0
    }'
}
