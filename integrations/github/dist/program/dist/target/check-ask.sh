# shellcheck shell=sh
# Which program of this host can carry out a check: run as a text of its own, where and as whom the check would run (probe.sh, fleet/check-tools.ts).
# It says "$SLH_CHECK_MARK NAME" for the first that can do all that $SLH_CHECK_NEEDS names, or nothing. Found by trying, not by names alone:
# tls, unix (a socket), elsewhere (encrypted, and connected to another place than the URL says), private (nothing of it in a list of processes).

slh_needs() { case " $SLH_CHECK_NEEDS " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

slh_can() {
  case $1 in
  curl)
    slh_tried curl -q -V || return 1
    if slh_needs tls && ! curl -q -V 2>/dev/null | grep -q '^Protocols:.* https'; then return 1; fi
    if slh_needs unix && ! curl -q -V 2>/dev/null | grep -q '^Features:.* UnixSockets'; then return 1; fi
    if slh_needs elsewhere; then slh_tried curl -q --connect-to :: -V; fi
    ;;
  perl) ! slh_needs tls && slh_tried perl -MSocket=getaddrinfo,pack_sockaddr_un -e 1 ;;
  python3)
    if slh_needs tls; then
      slh_tried python3 -c 'import re, socket, ssl'
    else
      slh_tried python3 -c 'import re, socket'
    fi
    ;;
  wget)
    if slh_needs unix || slh_needs elsewhere || slh_needs private; then return 1; fi
    slh_tried wget --no-config --content-on-error --version || return 1
    if slh_needs tls; then wget --no-config --version 2>/dev/null | grep -q '+https'; fi
    ;;
  # It believes any certificate.
  busybox-wget)
    if slh_needs unix || slh_needs tls || slh_needs private; then return 1; fi
    wget --help 2>&1 | grep -q BusyBox && wget --help 2>&1 | grep -q -e '-S '
    ;;
  bash)
    slh_tried bash -c : || return 1
    # Where it was built without them, the name is one of a file.
    case $(bash -c ': 3<>/dev/tcp/127.0.0.1/1' 2>&1) in *'No such file'*) return 1 ;; *) ;; esac
    ;;
  busybox-nc) nc --help 2>&1 | grep -q 'BusyBox' && nc --help 2>&1 | grep -q -e '-e PROG' ;;
  nc) nc -h 2>&1 | grep -q -e '-[[:alnum:]]*z' ;;
  *) return 1 ;;
  esac
}

slh_tried() { command -v "$1" >/dev/null 2>&1 && "$@" </dev/null >/dev/null 2>&1; }

LC_ALL=C
export LC_ALL
if slh_needs http; then
  slh_known='curl perl python3 wget busybox-wget'
else
  slh_known='perl python3 bash busybox-nc nc'
fi
for slh_tool in $slh_known; do
  if slh_can "$slh_tool"; then
    echo "$SLH_CHECK_MARK $slh_tool"
    break
  fi
done
