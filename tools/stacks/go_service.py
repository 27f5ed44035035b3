"""What a Go program is: its framework, whether it serves, where it listens, which path says that it is healthy."""

import re

from tools.stacks.draft import Draft
from tools.stacks.go_module import Module
from tools.stacks.listening import HEALTH, at_port, env_file_port, find_port, is_commented
from tools.stacks.tree import Hit, Tree

_FRAMEWORKS = (
    ("gin", "github.com/gin-gonic/gin"),
    ("echo", "github.com/labstack/echo"),
    ("fiber", "github.com/gofiber/fiber"),
    ("chi", "github.com/go-chi/chi"),
    ("beego", "github.com/beego/beego"),
    ("iris", "github.com/kataras/iris"),
    ("hertz", "github.com/cloudwego/hertz"),
    ("go-zero", "github.com/zeromicro/go-zero"),
    ("kratos", "github.com/go-kratos/kratos"),
    ("goframe", "github.com/gogf/gf"),
    ("huma", "github.com/danielgtaylor/huma"),
    ("gorilla-mux", "github.com/gorilla/mux"),
    ("httprouter", "github.com/julienschmidt/httprouter"),
    ("fasthttp", "github.com/valyala/fasthttp"),
)
_COMMANDS = ("github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong")
_WORKERS = ("github.com/hibiken/asynq", "go.temporal.io/sdk", "github.com/robfig/cron", "github.com/riverqueue/river")
# Reads a queue or a topic until it is stopped.
_CONSUMES = re.compile(
    r"\bkafka\.NewReader\(|sarama\.NewConsumer(?:Group)?\(|kgo\.ConsumeTopics\(|kafka\.NewConsumer\(|"
    r"\.(?:Consume|ConsumeWithContext|QueueSubscribe|ReceiveMessage|XReadGroup|PullSubscribe)\("
)
SERVES = re.compile(
    r"\bListenAndServe(?:TLS|Unix)?\(|http\.Serve\(|\.(?:Run|Start|StartTLS|Listen|StartServer|RunTLS)\(\s*(?:\"|\)|fmt\.|"
    r"\":|\w*[aA]ddr|\w*[pP]ort|[\w.]*\.(?:Addr|Port|Host|Address)|viper\.|os\.Getenv|\*port|\*addr|config|cfg)"
    r"|net\.Listen\(\s*\"tcp|grpc\.NewServer\(|rest\.MustNewServer\(|beego\.Run\(|web\.Run\("
)
_GRPC = re.compile(r"grpc\.NewServer\(")
_HTTP = re.compile(r"\bListenAndServe(?:TLS)?\(|http\.Server\{|http\.Serve\(")
# net/http/pprof on the loopback is no service.
_ADDRESS = r"\(\s*(?:\"tcp[46]?\"\s*,\s*)?\"(?!localhost:6060)[^\":/]*:(?P<port>\d{2,5})\""
_PORTS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"(?:ListenAndServe(?:TLS)?|\.Run|\.RunTLS|\.Listen|\.Start|\.StartTLS){_ADDRESS}",
        rf"net\.Listen{_ADDRESS}",
        r"^[ \t]*Addr:\s*\"[^\":/]*:(?P<port>\d{2,5})\"",
        # A helper's default: getEnv of PORT and 8080, viper.SetDefault, cmp.Or with os.Getenv.
        r"\(\s*(?:os\.Getenv\(\s*)?\"(?P<name>[\w.]*(?i:port|addr|address|listen))\"\)?\s*,\s*\"?[\w.]*:?(?P<port>\d{2,5})\"?\s*[,)]",
        r"`[^`\n]*\benv(?:config)?:\"(?P<name>\w*PORT)[^`\n]*(?:envDefault|default|env-default):\":?(?P<port>\d{2,5})\"",
        r"flag\.\w+\([^)\n]*?\"(?P<name>[\w.-]*(?:port|addr|listen|address|http|bind)[\w.-]*)\"\s*,\s*\"?[^\",:]*:?(?P<port>\d{2,5})\"?",
        r"Flags\(\)\.\w+\([^)\n]*?\"(?P<name>[\w.-]*(?:port|addr|listen))\"\s*,\s*(?:\"\w?\"\s*,\s*)?\"?[^\",:]*:?(?P<port>\d{2,5})\"?",
        r"\b(?P<name>\w*(?i:port|addr|address))(?:\s+(?:string|int\w*|uint\w*))?\s*(?::=|=)\s*\"?[\w.]*:?(?P<port>\d{4,5})\"?\s*(?://.*)?$",
        r"^[ \t]*(?P<name>\w*Port|Addr(?:ess)?):\s*\"?:?(?P<port>\d{4,5})\"?,",
    )
)
_SETTINGS = re.compile(r"(^|/)(config|app|application|settings|conf|server)[\w.-]*\.(ya?ml|toml|json)$")
_SETTINGS_PORT = re.compile(
    r"^[ \t]*\"?\[?(?:http|server|app|web|api|rest|service|listen)\w*\]?\"?[ \t]*[:=]?[ \t]*\{?[ \t]*\n"
    r"(?:[ \t]*\"?(?!db|database|redis|mysql|postgres)[\w-]+\"?[ \t]*[:=][^\n{]*\n){0,6}?"
    r"[ \t]*\"?(?P<name>port|addr|address|listen|http_?port)\"?[ \t]*[:=][ \t]*[\"']?[\w.]*:?(?P<port>\d{2,5})\b",
    re.MULTILINE | re.IGNORECASE,
)
_HEALTH = re.compile(
    r"^(?P<indent>[ \t]*)(?P<on>[\w.]+)\.(?:GET|Get|HandleFunc|Handle|Any|All|Method)"
    rf"\(\s*\"(?:GET )?(?P<path>{HEALTH})\"",
    re.MULTILINE,
)  # fmt: skip


def note_service(tree: Tree, draft: Draft, module: Module, code: list[str], own: list[str]) -> None:
    """Framework, kind, port and health path. `code` is all the program is made of, `own` its first folder."""
    draft_framework(tree, draft, module, code)
    serves = next(tree.search_all(code, SERVES), None)
    command = _required(module, _COMMANDS, tree, code)
    worker = _required(module, _WORKERS, tree, code)
    if serves is not None and (draft.get("framework") not in {None, "net/http"} or command is None):
        draft.note("kind", "service", serves.evidence)
    elif command is not None and serves is None:
        draft.note("kind", "cli", command)
    elif worker is not None and serves is None:
        draft.note("kind", "worker", worker)
    elif serves is None and (
        consumes := next((hit for hit in tree.search_all(code, _CONSUMES) if not is_commented(hit)), None)
    ):
        draft.note("kind", "worker", consumes.evidence)
    # A command line program that also serves may be either: the question is asked.
    if serves is not None:
        _port(tree, draft, code, own, module)
        _health(tree, draft, code)


def draft_framework(tree: Tree, draft: Draft, module: Module, code: list[str]) -> None:
    """The framework the program's own code imports, with the line of go.mod that requires it."""
    for name, prefix in _FRAMEWORKS:
        line = _required(module, (prefix,), tree, code)
        if line is not None:
            draft.note("framework", name, line)
            return
    grpc = next(tree.search_all(code, _GRPC, needle=b"grpc"), None)
    if grpc is not None:
        draft.note("framework", "grpc", module.requires.get("google.golang.org/grpc", grpc.evidence))
        return
    http = next((hit for hit in tree.search_all(code, _HTTP, needle=b"http") if not _is_debug(hit)), None)
    if http is not None:
        draft.note("framework", "net/http", http.evidence)


def _required(module: Module, prefixes: tuple[str, ...], tree: Tree, code: list[str]) -> str | None:
    """The line that requires a library which the code really imports."""
    for prefix in prefixes:
        line = next(
            (at for name, at in module.requires.items() if name == prefix or name.startswith(prefix + "/")), None
        )
        imported = f'"{prefix}'.encode()
        if line is not None and any(imported in (tree.data(path) or b"") for path in code):
            return line
    return None


def _port(tree: Tree, draft: Draft, code: list[str], own: list[str], module: Module) -> None:
    for paths in (own, code):
        hit = find_port(tree, paths, _PORTS)
        if hit is not None:
            draft.note("port", *at_port(hit))
            return
    hit = env_file_port(tree, draft.path) or env_file_port(tree, module.folder)
    settings = [path for path in tree.under(module.folder) if _SETTINGS.search(path)]
    hit = hit or find_port(tree, settings[:50], [_SETTINGS_PORT])
    if hit is not None:
        draft.note("port", *at_port(hit))
    if draft.get("framework") == "gin":
        plain = next(tree.search_all(code, r"\.Run\(\s*\)"), None)
        if plain is not None:  # gin listens on 8080 when Run is given no address
            draft.presume("port", 8080, plain.evidence)


def _health(tree: Tree, draft: Draft, code: list[str]) -> None:
    for hit in tree.search_all(code, _HEALTH):
        text, receiver = hit.match.string, re.escape(hit.match["on"])
        # On a group the path gets a prefix that is written elsewhere.
        grouped = re.search(rf"\b{receiver}\s*:?=\s*[\w.()]*\.(?:Group|Subrouter|PathPrefix)\(", text)
        nested = re.search(r"^([ \t]*)[\w.]+\.(?:Route|Mount|Group)\(", text, re.MULTILINE)
        inside = nested is not None and len(nested[1]) < len(hit.match["indent"])
        passed = re.search(
            rf"func (?:\([^)]*\) )?\w+\([^)]*\b{receiver} \*?(?:\w+\.)?(?:RouterGroup|Group|Router|IRouter)\b", text
        )
        if not (grouped or inside or passed or is_commented(hit)):
            draft.note("health_path", hit.match["path"], hit.evidence)
            return


def _is_debug(hit: Hit) -> bool:
    line = hit.match.string[hit.match.start() :].split("\n", 1)[0]
    return ":6060" in line or is_commented(hit)
