"""What the house promises about its own code, held by a machine."""

import ast
import re
from pathlib import Path

import pytest

from tests.walls.code import ROOT, Name, functions, is_test, module_of, reaches, short, sources, tree_of

LONGEST, LONGEST_TEST, LONGEST_README = 400, 600, 30
LEDGER: set[Name] = {("cadra.foundation.ledger.actions", name) for name in ("record", "record_all", "record_on")}
LAYERS = ("foundation", "record", "stages", "steering")

# Verbs that leave no entry of their own, each with its reason.
ENTRY_IS_THE_CALLERS = {
    # Access knows files by their id; the ledger knows persons by their alias. Whoever calls these has the person
    # and writes down what was done (test_whoever_moves_access_writes_it_down).
    "cadra.foundation.access.actions": {"open_files", "give", "end", "hand_over", "pass_on", "refuse", "lift_refusal",
                                        "break_glass", "review"},
}  # fmt: skip
NO_ENTRY = {
    "cadra.foundation.access.actions": {
        "keep_language": "a preference",
        "end_session": "her own device",
        "end_other_sessions": "her own devices",
        "lock_out": "her own devices, when there is no time",
    },
    "cadra.foundation.network.actions": {
        "sign_undertaking": "access.sign_undertaking writes it",
        "set_language": "a preference",
        "set_absence": "who covers whom; it opens nothing",
    },
    "cadra.record.people.actions": {"remember_names": "part of register, save_identity and carry_over",
                                    "name_list": "reads a value"},
    "cadra.record.cases.actions": {"touch": "moves a file up in lists",
                                   "note_first_help": "a date; the delivery has its entry"},
}  # fmt: skip
NO_ACTOR = {
    "cadra.foundation.network.actions": {"sign_undertaking", "set_language", "set_absence"},
    "cadra.record.people.actions": {"name_list"},
    "cadra.record.cases.actions": {"touch"},
    "cadra.foundation.access.actions": {"keep_language"},
}
# Modules called actions whose functions are done by nobody signed in, or by the program itself.
# The steps of a plan are kept by the verbs of support, which write the entry.
NOT_VERBS = {
    "cadra.stages.support.actions.common",
    "cadra.record.tasks.actions.common",
    "cadra.record.tasks.actions.steps",
}


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        short(path): lines_of(path)
        for path in sources()
        if lines_of(path) > (LONGEST_TEST if is_test(path) else LONGEST)
    }
    assert long == {}


def _imports_inside(tree: ast.Module) -> list[int]:
    return [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_no_function_of_the_program_imports() -> None:
    """Tests may, where the settings exist only once a test runs."""
    found = [
        f"{short(path)}:{line}" for path in sources() if not is_test(path) for line in _imports_inside(tree_of(path))
    ]
    assert found == []


def _verbs() -> list[tuple[str, ast.FunctionDef]]:
    """Public functions of every actions module."""
    found = []
    for path in sources():
        module = module_of(path)
        parts = module.split(".")
        if is_test(path) or "actions" not in parts[2:] or module in NOT_VERBS or path.name == "__init__.py":
            continue
        found += [
            (module, node)
            for node in tree_of(path).body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]
    return found


def test_there_are_verbs_to_look_at() -> None:
    assert len(_verbs()) > 60


def test_every_verb_is_done_by_someone_named() -> None:
    """`actor` by keyword only: nobody passes somebody else by position."""
    found = [
        f"{module}.{node.name}"
        for module, node in _verbs()
        if "actor" not in {argument.arg for argument in node.args.kwonlyargs}
        and node.name not in NO_ACTOR.get(module, ())
    ]
    assert found == []


def test_every_verb_leaves_an_entry() -> None:
    found = []
    for module, node in _verbs():
        excused = {*ENTRY_IS_THE_CALLERS.get(module, ()), *NO_ENTRY.get(module, ())}
        if node.name not in excused and (module, node.name) not in LEDGER and not reaches((module, node.name), LEDGER):
            found.append(f"{module}.{node.name}")
    assert found == []


def test_no_excuse_outlives_its_verb() -> None:
    known = {(module, node.name) for module, node in _verbs()}
    excuses = {
        (module, name)
        for one in (ENTRY_IS_THE_CALLERS, NO_ENTRY, NO_ACTOR)
        for module, names in one.items()
        for name in names
    }
    assert excuses - known == set()


def test_whoever_moves_access_writes_it_down() -> None:
    access = "cadra.foundation.access.actions"
    movers = {(access, name) for name in ENTRY_IS_THE_CALLERS[access]}
    found = [
        f"{module}.{name}"
        for (module, name), function in functions().items()
        if module != access
        and not name.startswith("_")
        and (module, name) != ("cadra.record.people.bulk", "register_many")  # its caller writes one entry a batch
        and function.calls & movers
        and not reaches((module, name), LEDGER)
    ]
    assert found == []


def apps() -> list[Path]:
    found = {path.parent for layer in LAYERS for path in ROOT.glob(f"cadra/{layer}/*/__init__.py")}
    return sorted({*found, ROOT / "cadra/keeper", ROOT / "cadra/config", ROOT / "cadra/demo"})


@pytest.mark.parametrize("app", apps(), ids=short)
def test_every_app_says_in_a_page_what_it_is(app: Path) -> None:
    readme = app / "README.md"
    assert readme.is_file(), "no README.md"
    assert lines_of(readme) <= LONGEST_README


# Which app reads another's tables. A new pair is a decision, to be made on purpose.
OF_A_STAGE = {"foundation.access", "foundation.network", "record.people", "record.consent", "record.cases"}
READS: dict[str, set[str]] = {
    "foundation.catalogue": {"foundation.network"},
    "foundation.access": {"foundation.network"},
    "foundation.outbox": {"foundation.network"},
    "record.people": {"foundation.access"},
    "record.consent": {"foundation.access", "record.people"},
    "record.cases": {"foundation.access", "foundation.network", "record.people", "record.consent"},
    "record.documents": {"foundation.access", "record.people"},
    "record.tasks": {"foundation.access", "foundation.network", "record.people", "record.cases"},
    "record.interpreting": {"foundation.access", "foundation.network", "record.people", "record.cases"},
    "stages.identification": OF_A_STAGE,
    "stages.support": {*OF_A_STAGE, "foundation.catalogue", "record.tasks"},
    "steering.mechanism": {*OF_A_STAGE, "record.documents", "record.tasks", "record.interpreting"},
    "steering.exchange": {"foundation.network", "record.people", "record.cases"},
    "steering.monitoring": {"record.cases", "stages.support"},
    "steering.budget": {"foundation.network", "record.people", "stages.support"},
}


def _models_used(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(path)):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and re.search(r"\.models(\.|$)", node.module)
            and ".pack." not in node.module
        ):
            found.add(node.module)
    return {".".join(module.split(".")[1:3]) for module in found if module.startswith("cadra.")}


def pairs() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sources():
        parts = module_of(path).split(".")
        if is_test(path) or parts[0] != "cadra" or len(parts) < 3 or parts[1] not in LAYERS:
            continue
        app = ".".join(parts[1:3])
        found.setdefault(app, set()).update(_models_used(path) - {app})
    return {app: used for app, used in found.items() if used}


def test_who_reads_whose_tables_is_known() -> None:
    assert pairs() == READS
