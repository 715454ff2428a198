# One attempt of a check where Python does it: see check-exchange.pl, which it is equal to but for TLS. Certificates are always verified.
import os
import re
import socket
import sys


def value(name):
    return os.environb.get(b"SLH_CHECK_" + name, b"")


def connected():
    if value(b"UNIX"):
        made = socket.socket(socket.AF_UNIX)
        made.connect(value(b"UNIX"))
        return made
    made = socket.create_connection((value(b"HOST").decode(), int(value(b"PORT"))))
    if not value(b"TLS"):
        return made
    import ssl

    trusted = ssl.create_default_context(cafile=os.fsdecode(value(b"CA")) or None)
    return trusted.wrap_socket(made, server_hostname=value(b"TLS").decode())


def complete(got):
    head, end, body = got.partition(b"\r\n\r\n")
    if not end or re.match(rb"HTTP/\S+ 1\d\d", head):
        return False
    if re.match(rb"HTTP/\S+ (204|304)", head):
        return True
    if re.search(rb"(?im)^transfer-encoding:.*chunked", head):
        return got.endswith(b"\r\n0\r\n\r\n")
    length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", head)
    return length is not None and len(body) >= int(length.group(1))


def exchange():
    connection = connected()
    if not value(b"REQUEST"):
        print("connected")
        return
    connection.sendall(value(b"REQUEST"))
    got = b""
    while len(got) < int(value(b"MOST")) and not complete(got):
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
        os.write(1, piece)


try:
    exchange()
except (OSError, ValueError) as error:
    sys.exit(str(error))
