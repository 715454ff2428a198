# One attempt of a check where perl does it: connects, sends $SLH_CHECK_REQUEST, prints what comes back until it is complete, the connection
# ends, or there is enough of it. Without a request: says `connected`. check-exchange.py is the same in Python, and knows TLS.
use strict;
use Socket qw(AF_UNIX SOCK_STREAM getaddrinfo pack_sockaddr_un);

my ($host, $port, $unix, $request, $most) = map { $ENV{"SLH_CHECK_$_"} } qw(HOST PORT UNIX REQUEST MOST);
$| = 1;
$SIG{PIPE} = "IGNORE";

sub places {
    return { family => AF_UNIX, protocol => 0, addr => pack_sockaddr_un($unix) } if length $unix;
    my ($error, @found) = getaddrinfo($host, $port, { socktype => SOCK_STREAM });
    die "$host: $error\n" if $error;
    return @found;
}

my ($connected, $why);
for my $place (places()) {
    if (socket(S, $place->{family}, SOCK_STREAM, $place->{protocol}) and connect(S, $place->{addr})) {
        $connected = 1;
        last;
    }
    $why = $!;
}
die "Could not connect to " . (length $unix ? $unix : "$host, port $port") . ": $why\n" unless $connected;

if (!length $request) {
    print "connected\n";
    exit;
}

# Servers that keep a connection open all the same are not waited for.
sub complete {
    my ($got) = @_;
    my $end = index $got, "\r\n\r\n";
    return 0 if $end < 0;
    my ($head, $length) = (substr($got, 0, $end + 2), length($got) - $end - 4);
    return 0 if $head =~ m{^HTTP/\S+ 1\d\d};
    return 1 if $head =~ m{^HTTP/\S+ (?:204|304)};
    return $got =~ /\r\n0\r\n\r\n\z/ if $head =~ /^transfer-encoding:.*chunked/im;
    return $head =~ /^content-length:[ \t]*(\d+)/im && $length >= $1;
}

my ($sent, $got) = (0, "");
while ($sent < length $request) {
    my $n = syswrite S, $request, length($request) - $sent, $sent;
    last unless defined $n;
    $sent += $n;
}
while (length $got < $most and !complete($got)) {
    my $n = sysread S, my $piece, 65536;
    die "While it was read: $!\n" unless defined $n;
    last unless $n;
    $got .= $piece;
    print $piece;
}
