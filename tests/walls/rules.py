"""Rules about the program's text that no tool brings along. Each has a bad sample, which it must find (security.md K2).

A Python rule looks at one node of the syntax tree, a text rule at the text of a template, style or script. What is
forbidden is written here only: as the names a rule looks for, and in the sample it must find.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

PATH = str  # of a file, from the root of the project
TALKING = ("cli.py", "doctor.py", "runtime/", "keeper/__main__.py", "management/commands/")


@cache
def nodes_of(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(text)))


@dataclass(frozen=True)
class Rule:
    """`found(node, path)` or a pattern of a line. `only`/`but`: parts of paths it looks at, or leaves out."""

    name: str
    bad: str
    found: Callable[[ast.AST], bool] | re.Pattern[str]
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def looks_at(self, path: PATH) -> bool:
        return (not self.only or any(part in path for part in self.only)) and not any(part in path for part in self.but)

    def lines(self, text: str) -> list[int]:
        """The numbers of the lines that break the rule."""
        if isinstance(self.found, re.Pattern):
            return [text.count("\n", 0, one.start()) + 1 for one in self.found.finditer(text)]
        return [getattr(node, "lineno", 0) for node in nodes_of(text) if self.found(node)]


Check = Callable[[ast.AST], bool]


def called(node: ast.AST) -> str:
    """The last word of what is called: `execute` of `cursor.execute(…)`."""
    target = node.func if isinstance(node, ast.Call) else None
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def whole(node: ast.AST) -> str:
    """A dotted name as it is written, or nothing."""
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def calls(*names: str) -> Check:
    return lambda node: called(node) in names


def names(*words: str) -> Check:
    """Uses one of these as a name, an attribute, a decorator or an import."""

    def found(node: ast.AST) -> bool:
        if isinstance(node, ast.alias):
            return node.name.split(".")[-1] in words
        return (isinstance(node, ast.Name) and node.id in words) or (
            isinstance(node, ast.Attribute) and node.attr in words
        )

    return found


def imports(*modules: str) -> Check:
    def found(node: ast.AST) -> bool:
        there = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            there = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        return any(name == module or name.startswith(f"{module}.") for name in there for module in modules)

    return found


def pure_call(names: tuple[str, ...]) -> Check:
    """Called by its bare name: `eval(…)`, not `re.compile(…)`."""
    return lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def made_sql(node: ast.AST) -> bool:
    text = node.args[0] if isinstance(node, ast.Call) and called(node).startswith("execute") and node.args else None
    return isinstance(text, ast.JoinedStr | ast.BinOp) or (isinstance(text, ast.Call) and called(text) == "format")


def made_html(node: ast.AST) -> bool:
    kinds = ("HttpResponse", "format_html")
    return called(node) in kinds and bool(node.args) and isinstance(node.args[0], ast.JoinedStr)  # type: ignore[attr-defined]


def with_value(name: str, value: object) -> Check:
    """A keyword of a call with this value: `shell=True`."""
    return lambda node: (
        isinstance(node, ast.keyword)
        and node.arg == name
        and isinstance(node.value, ast.Constant)
        and node.value.value is value
    )


def secret_in_text(node: ast.AST) -> bool:
    """A secret that stands in the program: `PASSWORD = "…"`, `password: str = "…"`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = getattr(node, "value", None)
    said = isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(value.value)
    wanted = re.compile(r"(^|_)(password|secret|secret_key|token|private_key|api_key)$", re.IGNORECASE)
    return said and any(wanted.search(whole(target).split(".")[-1]) for target in targets)


def environment_default(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return False
    secret = re.search(r"SECRET|PASSWORD|TOKEN|KEY", str(node.args[0].value))
    return whole(node.func) in ("os.environ.get", "os.getenv") and bool(secret) and len(node.args) > 1


def spread_request(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.keyword) and node.arg is None else None
    return value is not None and re.search(r"request\.(POST|GET|FILES)", ast.unparse(value)) is not None


def open_redirect(node: ast.AST) -> bool:
    kinds = ("redirect", "HttpResponseRedirect")
    return called(node) in kinds and any(
        re.search(r"request\.(POST|GET|META|headers)", ast.unparse(one))
        for one in node.args[:1]  # type: ignore[attr-defined]
    )


def logged_text(node: ast.AST) -> bool:
    levels = ("debug", "info", "warning", "error", "exception", "critical")
    there = isinstance(node, ast.Call) and called(node) in levels and bool(node.args)
    return there and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)  # type: ignore[attr-defined]


def swallowed(node: ast.AST) -> bool:
    bare = isinstance(node, ast.ExceptHandler) and (
        node.type is None or whole(node.type) in ("Exception", "BaseException")
    )
    return bare and all(isinstance(line, ast.Pass) for line in node.body)


def naive_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = whole(node.func)
    return name.endswith(("utcnow", "date.today")) or (name.endswith("datetime.now") and not node.args + node.keywords)


def servers_day(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and re.search(r"\bcurrent_date\b", str(node.value), re.IGNORECASE) is not None


def inherits(*bases: str) -> Check:
    return lambda node: isinstance(node, ast.ClassDef) and any(whole(one).split(".")[-1] in bases for one in node.bases)


def star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


VIEWS = ("/views/", "/views.py")
PAGES = (*VIEWS, "/forms/", "/forms.py", "/presenting", "/templatetags/")

PYTHON = [
    Rule("SQL is literal", 'cursor.execute(f"SELECT {name}")', made_sql,
         but=("config/runtime/", "keeper/", "ledger/actions.py")),
    Rule("no SQL in pages", "connection.cursor()", calls("cursor"), only=PAGES),
    Rule("no SQL in querysets", 'rows.extra(where=["1"])', calls("extra", "RawSQL")),
    Rule("views reach no rows", "Note.objects.all()", names("objects", "_base_manager", "_default_manager"),
         only=VIEWS),
    # The forbidden names themselves, and after each rule's name the sample it must find.
    Rule("nothing is marked safe",
         "mark_safe(words)",  # here because the rule must find it: a sample, parsed and never run
         names("mark_safe", "SafeString", "SafeText", "html_safe")),  # here because these are what is forbidden
    Rule("no page of strings", 'HttpResponse(f"<p>{name}")', made_html),
    Rule("forms need their token",
         "@csrf_exempt\ndef page(request): ...",  # here because the rule must find it: parsed, never run
         names("csrf_exempt")),  # here because this is what is forbidden
    Rule("pages need a session", "@login_not_required\ndef page(request): ...", names("login_not_required"),
         but=("config/health.py", "network/views/own.py", "shell/", "outbox/views.py", "access/signing.py",
              "access/state.py", "tasks/views/calendars.py")),
    Rule("chance is unguessable", "import random", imports("random"), but=("demo/",)),
    Rule("nothing is unpickled", "import pickle", imports("pickle", "marshal", "shelve", "dill", "jsonpickle")),
    Rule("nobody is called", "import requests", imports("requests", "urllib.request", "http.client", "httpx", "ftplib"),
         but=("config/runtime/", "config/doctor.py", "config/outside.py", "foundation/access/state.py")),
    Rule("no sockets but the keeper's", "import socket", imports("socket"), but=("keeper", "config/")),
    Rule("nothing is evaluated", "eval(words)", pure_call(("eval", "exec", "compile", "__import__"))),
    Rule("no shell", "subprocess.run(words, shell=True)", with_value("shell", True)),
    Rule("no shell by another name", "os.system(words)", calls("system", "popen")),
    Rule("no other programs", "import subprocess", imports("subprocess"),
         but=("config/", "vault/testing.py", "documents/workshop/calling.py")),
    Rule("no secret in the text", 'SMTP_PASSWORD = "hunter2"', secret_in_text),
    Rule("no default for a secret", 'os.environ.get("CADRA_SECRET", "x")', environment_default),
    Rule("certificates are checked", "get(address, verify=False)", with_value("verify", False)),
    Rule("XML is defused", "from xml.etree import ElementTree", imports("xml.etree", "xml.dom", "lxml")),
    Rule("YAML runs nothing", "import yaml", imports("yaml")),
    Rule("no broken hashes", "hashlib.md5(words)", names("md5", "sha1")),
    Rule("nothing in temporary files", "import tempfile", imports("tempfile"),
         but=("config/runtime/", "vault/testing.py", "documents/store.py")),  # there only what is sealed already
    Rule("nothing in files of Django", "photo = models.FileField()", calls("FileField", "ImageField", "FilePathField"),
         only=("/models",)),
    Rule("no word in the log", 'log.info(f"saved {name}")', logged_text),
    Rule("nothing on the terminal", "print(name)", pure_call(("print", "breakpoint")), but=TALKING),
    Rule("no error unseen", "try:\n    act()\nexcept Exception:\n    pass", swallowed),
    Rule("time has a zone", "datetime.now()", naive_time),
    # Around midnight PostgreSQL is in another day than the country: `authz.today()`.
    Rule("a day is the country's", '"WHERE ends_on < current_date"', servers_day, but=("walls/rules.py",)),
    Rule("no form writes a model by itself", "class Note(ModelForm): ...", inherits("ModelForm", "UpdateView")),
    Rule("no field by its posted name", "Note(**request.POST.dict())", spread_request),
    Rule("no field by its posted name, slowly", "setattr(row, name, value)", pure_call(("setattr",)), only=PAGES),
    Rule("redirects stay here", 'redirect(request.GET["next"])', open_redirect),
    Rule("no signals", "@receiver(post_save)\ndef act(): ...", names("receiver", "post_save", "pre_save")),
    Rule("no admin site", "from django.contrib import admin", imports("django.contrib.admin")),
    Rule("the owner only migrates", 'Note.objects.using("owner")',
         lambda node: called(node) == "using" and '"owner"' in ast.unparse(node).replace("'", '"')),
    Rule("imports say their names", "from django.db.models import *", star),
]  # fmt: skip

MARKUP = [
    # As above: the second word is the sample, the pattern is what finds it.
    Rule("templates escape",
         "{{ words|safe }}",  # here because the rule must find it: never rendered
         re.compile(r"\|\s*safe(seq)?\b")),  # here because this is what is forbidden
    Rule("escaping stays on", "{% autoescape off %}", re.compile(r"autoescape off"), but=(".txt",)),
    Rule("no script in a page", "<script>go()</script>", re.compile(r"<script(?![^>]*(\bsrc=|application/json))")),
    Rule("no script in an attribute", '<a onclick="go()">', re.compile(r"<[^>]*\son[a-z]+=", re.IGNORECASE)),
    Rule("no script in an address", '<a href="javascript:go()">', re.compile(r"javascript:", re.IGNORECASE)),
    Rule("no style in a page", "<style>p {}</style>", re.compile(r"<style\b")),
    Rule("no style in an attribute", '<p style="color: red">', re.compile(r"<[^>]*\sstyle=")),
    Rule("no new windows", '<a target="_blank">', re.compile(r"target=[\"']?_blank")),
    Rule("no frames", "<iframe></iframe>", re.compile(r"<(iframe|object|embed|base)\b")),
    Rule("nothing from elsewhere", '<script src="//cdn.example/x.js">',
         re.compile(r"(src|href|action)=[\"'](https?:)?//")),
    Rule("nothing is printed out for debugging", "{% debug %}", re.compile(r"{%\s*debug\s*%}")),
]  # fmt: skip

ASSETS = [
    Rule("no address of elsewhere", 'fetch("https://cdn.example/x")',
         re.compile(r"(url\(|fetch\(|import |@import )\s*[\"']?(https?:)?//")),
    Rule("nothing is kept in the browser", "localStorage.setItem(a, b)",
         re.compile(r"\b(localStorage|sessionStorage|indexedDB|serviceWorker|caches)\s*[.\[]")),
    Rule("no markup by script", "node.innerHTML = words",
         re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b")),
    Rule("scripts evaluate nothing", "eval(words)", re.compile(r"\beval\(|new Function\(")),
]  # fmt: skip
