# shellcheck shell=sh
# One attempt of a check, run as a task. All values are in its environment, SLH_CHECK_…; which program does it was found out before
# (check-ask.sh). Standard output: what came back, as it came, at most $SLH_CHECK_MOST bytes, of a port `connected`; then, in a line of its
# own, $SLH_CHECK_MARK, which no server knows, and behind it what the program said about it.

LC_ALL=C
export LC_ALL

slh_exchange() {
  case $SLH_CHECK_TOOL in
  # Neither settings nor proxies of the user, nor redirects, which it does not follow unless told. All values come by its standard input.
  curl) printf '%s\n' "$SLH_CHECK_CURL" | curl -q -K - ;;
  perl) perl -e "$SLH_CHECK_PROGRAM" ;;
  python3) python3 -c "$SLH_CHECK_PROGRAM" ;;
  wget)
    slh_headers wget --no-config --no-proxy --no-hsts --content-on-error --max-redirect=0 --tries=1 --no-cookies -nv -S -O - \
      ${SLH_CHECK_CA:+"--ca-certificate=$SLH_CHECK_CA"}
    ;;
  busybox-wget) slh_headers wget -Y off -S -O - ;;
  bash)
    # shellcheck disable=SC2016 # its parameters
    bash -c ': 3<>"/dev/tcp/$1/$2" && echo connected' bash "$SLH_CHECK_HOST" "$SLH_CHECK_PORT"
    ;;
  busybox-nc) nc "$SLH_CHECK_HOST" "$SLH_CHECK_PORT" -e true && echo connected ;;
  nc) nc -z "$SLH_CHECK_HOST" "$SLH_CHECK_PORT" && echo connected ;;
  *) echo "$SLH_CHECK_TOOL is not known" >&2 ;;
  esac
}

# A command with a header for each line of $SLH_CHECK_HEADERS, and the URL.
slh_headers() {
  while IFS= read -r slh_line; do
    [ -z "$slh_line" ] || set -- "$@" --header "$slh_line"
  done <<EOF
$SLH_CHECK_HEADERS
EOF
  "$@" "$SLH_CHECK_URL"
}

# What bounds itself passes as it comes: of what is stopped for its time, the beginning is worth telling. curl stops by itself for that.
slh_bounded() {
  case $SLH_CHECK_TOOL in perl | python3) cat ;; *) head -c "$SLH_CHECK_MOST" ;; esac
}

exec 3>&1
slh_said=$({ slh_exchange </dev/null | slh_bounded >&3; } 2>&1 | head -c 16384) || :
printf '\n%s\n%s\n' "$SLH_CHECK_MARK" "$slh_said"
