# shellcheck shell=sh
# PHP-FPM with opcache goes on with the code of an older release, for minutes or for ever, where the web server gives it a path through
# the link. What can be read of nginx and PHP-FPM tells whether that is so here. Not being told means little: it may be configured elsewhere.

slh_etc=/etc

# Says `php-link FILE AGE` for each file of nginx in which a server for our app root passes a path through the link; AGE is `old` where opcache
# knows scripts by that path, `soon` where only the cache of paths does, which forgets within minutes. Nothing where that is off, too.
slh_say_php() {
  [ -d "$slh_etc/nginx" ] || return 0
  slh_has_any "$slh_etc"/php/*/fpm "$slh_etc"/php-fpm.d "$slh_etc"/php*/php-fpm.d || return 0
  slh_age=$(slh_opcache_age)
  [ "$slh_age" != fresh ] || return 0
  for slh_f in "$slh_etc"/nginx/nginx.conf "$slh_etc"/nginx/conf.d/*.conf "$slh_etc"/nginx/http.d/*.conf "$slh_etc"/nginx/sites-enabled/*; do
    if [ -f "$slh_f" ] && [ -r "$slh_f" ] && slh_passes_link "$slh_f"; then slh_say "php-link $slh_age $(slh_escape "$slh_f")"; fi
  done
}

slh_has_any() {
  for slh_e in "$@"; do
    [ ! -d "$slh_e" ] || return 0
  done
  return 1
}

# Judged by the block `server { … }` that names our link, and by the files that it includes.
slh_passes_link() {
  SLH_LINK=$slh_current SLH_NGINX=$slh_etc/nginx awk '
    function read(path,    line) {
      if (path !~ /^\//) path = ENVIRON["SLH_NGINX"] "/" path
      if (path ~ /[*?]/ || path in open) return
      open[path]
      while ((getline line < path) > 0) judge(line)
      close(path)
      delete open[path]
    }
    function judge(line) {
      sub(/^[ \t]*#.*/, "", line)
      sub(/[ \t]#.*/, "", line)
      if (line ~ /^[ \t]*fastcgi_param[ \t]+SCRIPT_FILENAME[ \t]/) passed = line ~ /[$]realpath_root/ ? "real" : "link"
      else if (line ~ /^[ \t]*include[ \t]/) {
        sub(/^[ \t]*include[ \t]+/, "", line)
        sub(/[ \t]*;.*/, "", line)
        gsub(/["\047]/, "", line)
        read(line)
      }
    }
    function names(line, path,    at) {
      while (at = index(line, path)) {
        line = substr(line, at + length(path))
        if (line !~ /^[A-Za-z0-9_.-]/) return 1
      }
      return 0
    }
    function level(line) { return gsub(/[{]/, "", line) - gsub(/[}]/, "", line) }
    { line = $0; sub(/^[ \t]*#.*/, "", line); sub(/[ \t]#.*/, "", line) }
    !inside && line ~ /^[ \t]*server[ \t]*([{]|$)/ { inside = 1; deep = 0; opened = 0; ours = 0; passed = "" }
    inside {
      if (names(line, ENVIRON["SLH_LINK"])) ours = 1
      count = split(line, part, /[;{]/)
      for (i = 1; i <= count; i++) judge(part[i])
      deep += level(line)
      if (line ~ /[{]/) opened = 1
      if (opened && deep <= 0) { if (ours && passed == "link") { found = 1; exit }; inside = 0 }
    }
    END { exit found ? 0 : 1 }' "$1" 2>/dev/null
}

# What all files of PHP-FPM say together: without a word about it opcache is on, and knows scripts by the path that they are called by.
slh_opcache_age() {
  cat "$slh_etc"/php/*/fpm/php.ini "$slh_etc"/php/*/fpm/conf.d/*.ini "$slh_etc"/php/*/fpm/pool.d/*.conf \
    "$slh_etc"/php.ini "$slh_etc"/php.d/*.ini "$slh_etc"/php-fpm.d/*.conf \
    "$slh_etc"/php[0-9]*/php.ini "$slh_etc"/php[0-9]*/conf.d/*.ini "$slh_etc"/php[0-9]*/php-fpm.d/*.conf 2>/dev/null | awk '
    /^[ \t]*;/ { next }
    /opcache[.]enable\]?[ \t]*=[ \t]*"?([01]|[Oo]n|[Oo]ff|[Yy]es|[Nn]o|[Tt]rue|[Ff]alse)/ { off = $0 ~ /=[ \t]*"?(0|[Oo]ff|[Nn]o|[Ff]alse)/ }
    /opcache[.]revalidate_path\]?[ \t]*=/ { again = $0 ~ /=[ \t]*"?(1|[Oo]n|[Yy]es|[Tt]rue)/ }
    /realpath_cache_(size|ttl)\]?[ \t]*=[ \t]*"?0[KkMmGg]?"?[ \t]*$/ { forgets = 1 }
    END { print !(off || again) ? "old" : forgets ? "fresh" : "soon" }'
}
