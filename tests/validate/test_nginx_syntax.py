"""nginx -t judges what it reads, and never what would run code, read other files or ask the network."""

import pytest

from resources.catalogue import set_language
from tools.delivery import Validation
from tools.guard.process import find_program
from tools.shell.sandbox import probe
from tools.validate.checker import Source
from tools.validate.judge import judge
from tools.validate.nginx_stand_in import RefusedError, stand_in
from tools.validate.nginx_words import directives

SITE = "server {{\n  listen 443 ssl;\n  server_name shop.example;\n  root /srv;\n{}}}\n"


async def _judged(more: str) -> Validation:
    set_language("en")
    if find_program("nginx") is None or not (await probe()).works:
        pytest.skip("nginx or the sandbox is not installed")
    found = await judge([Source("site.conf", SITE.format(more).encode())])
    return next(each for each in found if each.tool == "nginx -t")


@pytest.mark.parametrize(
    "more",
    [
        "  ssl_certificate /etc/letsencrypt/live/x/fullchain.pem;\n  ssl_certificate_key /etc/letsencrypt/live/x/k.pem;\n",
        "  location / {\n    proxy_pass http://api.internal:8000;\n  }\n",
        "  location / {\n    set $up api;\n    proxy_pass http://$up;\n  }\n",
        "  access_log syslog:server=logs.internal:514;\n",
        "  include /etc/nginx/compression.d/*.conf;\n",
        "  include mime.types;\n",
        "  ssl_dhparam\n    /etc/nginx/dh.pem;\n",
    ],
)
async def test_what_lies_on_another_machine_is_stood_in_for(more: str) -> None:
    found = await _judged("  ssl_certificate a;\n  ssl_certificate_key b;\n" + more if "ssl_cert" not in more else more)
    assert (found.status, found.findings) == ("passed", []), found


@pytest.mark.parametrize(
    "more",
    [
        "  include /etc/passwd;\n",
        "  include /proc/self/environ;\n",
        "  include ../secrets/*.conf;\n",
        "  include '/etc/shadow';\n",
        "  include /etc/nginx/../*d;\n",
        "  perl_modules /tmp;\n",
        "  content_by_lua_block {\n    os.execute('id')\n  }\n",
        "  access_by_lua_file /tmp/a.lua;\n",
        "  js_import /tmp/a.js;\n",
        "  brotli on;\n",
    ],
)
async def test_what_is_not_tried_or_cannot_be_told_here_is_no_pass(more: str) -> None:
    found = await _judged("  ssl_certificate a;\n  ssl_certificate_key b;\n" + more)
    assert (found.status, found.findings) == ("not_validated", [])
    assert found.reason


async def test_the_line_of_a_fault_is_the_line_of_the_file() -> None:
    found = await _judged("  ssl_certificate a;\n  ssl_certificate_key b;\n  ssl_dhparam\n    /x;\n  nosuch on;\n")
    assert [(each.line, each.message) for each in found.findings] == [(9, 'unknown directive "nosuch"')]


@pytest.mark.parametrize(
    "name", ["load_module x", '"load_module" x', "load\\_module x", "'perl_set' $a x", "ssl_engine x"]
)
def test_code_is_refused_however_its_name_is_written(name: str) -> None:
    if name.startswith("load\\"):  # Nginx takes the backslash as a sign of the name: it knows no such directive
        assert [each.name for each in directives(f"{name};")] == ["load\\_module"]
        return
    with pytest.raises(RefusedError):
        stand_in(f"{name};\n", "/x")
