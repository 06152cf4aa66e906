"""150 addresses that want a guard to knock on its own doors, made from a table."""

from __future__ import annotations

from collections.abc import Iterator

# `{p}` is a port on which a canary listens.
LOCAL_HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "0.0.0.0", "0", "127.255.255.254", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",  # noqa: S104
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[0:0:0:0:0:0:0:1]", "[::1%lo]", "[::1%25lo]",
    "localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "ⓛocalhost", "loc\u00adalhost",
    "１２７.0.0.1", "127。0。0。1", "127.0.0.1%00.example.com", "example.com%00@127.0.0.1", "169.254.169.254",
    "[fd00:ec2::254]", "metadata.google.internal.", "10.0.0.1", "192.168.0.1", "100.100.100.200", "[fe80::1]",
)  # fmt: skip
# Names that parse, and whose resolver answers with what is inside.
INSIDE_NAMES = (
    "rebind.example.com", "metadata.google.internal", "localtest.me", "127.0.0.1.nip.io", "a.b.c.example.com",
    "xn--lcalhost-b1a.example.com", "internal.corp", "kubernetes.default.svc", "router.local", "EXAMPLE.com",
)  # fmt: skip
TRICKS = (
    "https://good.example.com@127.0.0.1:{p}/", "https://127.0.0.1:{p}@good.example.com/",
    "https://good.example.com:x@127.0.0.1:{p}/", "https://127.0.0.1:{p}\\@good.example.com/",
    "https://good.example.com\\@127.0.0.1:{p}/", "https:\\\\127.0.0.1:{p}/", "https:/127.0.0.1:{p}/",
    "https:127.0.0.1:{p}/", "https:///127.0.0.1:{p}/", "https:////127.0.0.1:{p}/", "//127.0.0.1:{p}/",
    "https://127.0.0.1:{p}#@good.example.com/", "https://127.0.0.1:{p}?@good.example.com/",
    "https://good.example.com#@127.0.0.1:{p}/", "https://127.0.0.1 :{p}/", " https://127.0.0.1:{p}/",
    "https://127.0.0.1:{p}/ ", "https://127.0.0.1\t:{p}/", "https://127.0.0.1:{p}\r\nHost: x/", "https://\n127.0.0.1:{p}/",
    "https://good.example.com\x00.127.0.0.1:{p}/", "https://127.0.0.1:0{p}/", "https://127.0.0.1:{p}0/",
    "https://127.0.0.1:-1/", "https://127.0.0.1:/", "https://[127.0.0.1]:{p}/", "https://[::1:{p}/", "https://::1:{p}/",
    "https://good.example.com:{p}:{p}/", "https://good.example.com,127.0.0.1:{p}/", "https://*.example.com:{p}/",
    "https://.example.com:{p}/", "https://example..com:{p}/", "https://-a.example.com:{p}/", "https://a_b.example.com:{p}/",
    "https://%6c%6f%63alhost:{p}/", "https://%31%32%37.0.0.1:{p}/", "https://good.example.com:{p}/\\..\\",
    "https://good.example.com:{p}/%00", "https://good.example.com:{p}/%0d%0aHost:%20x",
    "https://good.example.com:{p}/a b",
    "https://good.example.com:{p}/é", "https://good.example.com:{p}/%zz", "https://good.example.com:{p}/<x>",
    "https://user@good.example.com:{p}/", "https://@good.example.com:{p}/", "https://good.example.com:{p}/#x", "https://",
    "", "https",
)  # fmt: skip
SCHEMES = (
    "http", "HTTP", "ftp", "file", "gopher", "dict", "ldap", "tftp", "sftp", "ws", "wss", "unix", "jar:https",
    "view-source:https", "http+unix", "netdoc", "javascript", "about", "blob:https", "httpsx", "xhttps", "htt\tps",
    "ｈttps", "https\u200b", "data",
)  # fmt: skip
OTHER_FORMS = (
    "file:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd", "gopher://127.0.0.1:{p}/_GET%20/",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "/etc/passwd", "\\\\127.0.0.1\\c$\\x.png",
    "data:text/html,<script>", "data:image/png;base64,AAAA", "javascript:alert(1)", "about:blank", "mailto:a@b.c",
    "127.0.0.1:{p}", "localhost:{p}/x.png", "https://good.example.com/" + "a" * 4000, 
    "https://" + "a." * 200 + "com:{p}/",
    "https://" + "a" * 64 + ".com:{p}/", "https://good.example.com:99999/", 
    "https://good.example.com:{p}/" + "%20" * 1000,
    "https://[::ffff:a9fe:a9fe]/x.png", "https://127.0.0.1/x.png", "https://[::1]/x.png", "https://localhost/x.png",
    "https://1.1/",
)  # fmt: skip


def hostile_urls(port: int) -> Iterator[str]:
    """All of them, at a port on which a canary sits."""
    yield from (f"https://{host}:{port}/x.png" for host in (*LOCAL_HOSTS, *INSIDE_NAMES))
    yield from (f"{scheme}://good.example.com:{port}/x.png" for scheme in SCHEMES)
    yield from (form.replace("{p}", str(port)) for form in (*TRICKS, *OTHER_FORMS))
