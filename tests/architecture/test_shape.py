"""What the linters cannot say about the shape of the code. Who may import whom stands in pyproject.toml."""

import ast
import importlib
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date

from app.kit.base import Base, Moment

ROOT = Path(__file__).parents[2]
APP, TESTS, TEMPLATES = ROOT / "app", ROOT / "tests", ROOT / "templates"

LONGER = {
    # The format of a course package, each in one piece so that it reads beside courses/README.md.
    "app/modules/package/schemas.py": 280,
    "app/modules/package/checking.py": 280,
}
"""Files that may have more than 250 lines, and how many."""

NOT_MIRRORED = {
    "concurrency",  # races: rules, services and database together
    "isolation",  # what is somebody else's, by every way to it
    "races",  # operations: what may happen once, done twice at the same moment
    "anonymity",  # evaluation: what the tables cannot tell, whoever asks
    "hostile",  # modules: course packages that mean harm
    "openapi",  # web: the whole JSON API against its own description
    "sharing",  # modules: what a Trio lets another one do with them
    "relsec",  # web: the yardsticks that apply, each by its number
    "baseline",  # web: rows of the OWASP ASVS, each shown by a test
    "style",  # web: style sheet, scripts and templates; icons too
}
"""What tests are about besides files of the code."""

FACES = {"pages", "api", "cli", "sessions"}


def _tower() -> list[str]:
    """The capabilities from top to bottom, as import-linter holds them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [name.strip() for layer in layers for name in layer.split("|")]


TOWER = _tower()
CAPABILITIES = [name for name in TOWER if name not in {"operations", "web", "kit"}]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _layer(path: Path) -> str | None:
    """``services`` for ``app/runs/services.py`` and for ``app/runs/services/enrolment.py``."""
    parts = path.relative_to(APP).with_suffix("").parts
    return parts[1] if len(parts) > 1 and parts[0] in CAPABILITIES else None


def _is_face(path: Path) -> bool:
    return path.relative_to(APP).parts[0] in {"operations", "web"} or _layer(path) in FACES


SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(APP.rglob("*.py"))}
TREES = {path: ast.parse(source) for path, source in SOURCES.items()}
MARKUP = {
    path: path.read_text(encoding="utf-8") for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])
}


def _saying(pattern: str, where: Callable[[Path], bool] = lambda _path: True) -> list[str]:
    """The files among ``where`` in which the pattern stands."""
    return [_name(path) for path, source in SOURCES.items() if where(path) and re.search(pattern, source)]


# ---- sizes


def test_files_stay_small_enough_to_read():
    lines = {_name(path): len(source.splitlines()) for path, source in SOURCES.items()}
    assert {name: count for name, count in lines.items() if count > LONGER.get(name, 250)} == {}
    assert [name for name in LONGER if lines[name] <= 250] == [], "no longer longer: take it off the list"


def test_functions_stay_small_enough_to_read():
    longer = [
        f"{_name(path)}: {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 45
    ]
    assert longer == []


def test_no_file_is_a_drawer_for_odds_and_ends():
    drawers = re.compile(r"(utils?|helpers?|misc|common|\w+2)")
    assert [_name(path) for path in SOURCES if drawers.fullmatch(path.stem)] == []


# ---- layers


def test_services_write_only_the_tables_of_their_own_capability():
    """They may read others': no row of another capability is made there, and no statement changes one."""
    strangers = [
        f"{_name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        if _layer(path) == "services"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _written(node) & _foreign_models(path, tree)
    ]
    assert strangers == []


def _foreign_models(path: Path, tree: ast.Module) -> set[str]:
    own = path.relative_to(APP).parts[0]
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and re.fullmatch(rf"app\.(?!{own}\b)\w+\.models", node.module or "")
        for alias in node.names
    }


def _written(call: ast.Call) -> set[str]:
    """The names a call makes a row of, or changes rows of."""
    called = getattr(call.func, "id", "")
    changed = (
        {getattr(argument, "id", "") for argument in call.args} if called in {"insert", "update", "delete"} else set()
    )
    return {called} | changed


def test_queries_only_read():
    writing = r"session\.(add|add_all|delete|merge|flush|begin_nested)\(|import.*\b(insert|update|delete)\b"
    assert _saying(writing, lambda path: _layer(path) == "queries") == []


def test_only_the_transaction_commits():
    assert _saying(r"\.commit\(") == ["app/web/db.py"]


def test_transactions_are_opened_in_faces_only():
    assert _saying(r"\btransaction\(", lambda path: not _is_face(path)) == []


def test_the_clock_is_read_in_faces_only():
    assert _saying(r"\b(datetime|date)\.(now|utcnow|today)\(|\btime\.time\(") == ["app/kit/clock.py"]
    assert _saying(r"clock\.now", lambda path: not _is_face(path)) == []


def test_the_environment_is_read_in_the_settings_only():
    assert _saying(r"\bos\.(environ|getenv)\b") == []


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_says_what_it_promises_and_imports_nothing(capability):
    tree = TREES[APP / capability / "__init__.py"]
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_what_others_call_says_what_it_does():
    silent = [
        f"{_name(path)}: {node.name}"
        for path, tree in TREES.items()
        if _layer(path) in {"services", "queries"}
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


# ---- tables


def _models() -> Iterator[Any]:
    importlib.import_module("app.tables")
    return (mapper.class_ for mapper in Base.registry.mappers)


def test_every_table_is_named_by_the_capability_that_owns_it():
    nameless = []
    for model in _models():
        capability = model.__module__.split(".")[1]
        described = importlib.import_module(f"app.{capability}").__doc__ or ""
        if capability != "kit" and f"``{model.__tablename__}``" not in described:
            nameless.append(f"{model.__tablename__} in app/{capability}/__init__.py")
    assert nameless == []


def test_relationships_stay_inside_a_capability_and_never_load_on_their_own():
    odd = [
        f"{model.__name__}.{key}"
        for model in _models()
        for key, found in model.__mapper__.relationships.items()
        if found.mapper.class_.__module__ != model.__module__ or found.lazy != "raise"
    ]
    assert odd == []


def test_moments_and_days_are_called_so():
    """``…_at`` and its like for a moment, ``…_on`` for a day: one sees what can be compared with what."""
    moment = re.compile(r"(.+_)?at|\w+_(until|since|opens|closes)")
    columns = [(table.name, column) for table in Base.metadata.tables.values() for column in table.columns]
    odd = [f"{table}.{c.name}" for table, c in columns if isinstance(c.type, Moment) and not moment.fullmatch(c.name)]
    odd += [f"{table}.{c.name}" for table, c in columns if isinstance(c.type, Date) and not c.name.endswith("_on")]
    assert odd == []


# ---- templates


def test_pages_and_mails_use_templates_of_their_own_folder():
    odd = []
    for path, source in SOURCES.items():
        own = {path.relative_to(APP).parts[0]}
        shown = re.findall(r'render_template\(\s*f?"(\w+)/', source)
        odd += [f"{_name(path)}: {folder}" for folder in set(shown) - own - {"kit"}]
        odd += [f"{_name(path)}: {folder}" for folder in set(re.findall(r'template=f?"(\w+)/', source)) - own]
    assert odd == []


def test_templates_use_their_own_folder_the_kit_and_parts_of_what_they_stand_on():
    odd = []
    for path, source in MARKUP.items():
        own = path.relative_to(TEMPLATES).parts[0]
        below = TOWER[TOWER.index(own) + 1 :] if own in TOWER else []
        for file in re.findall(r'{%-?\s*(?:extends|include|import|from)\s+"([^"]+)"', source):
            folder, _slash, name = file.rpartition("/")
            welcome = folder in {"", own, "kit"} or (folder in below and name.startswith("_"))
            if not welcome or not (TEMPLATES / file).is_file():
                odd.append(f"{_name(path)}: {file}")
    assert odd == []


def test_templates_trust_no_value():
    """``|safe`` only behind a text that stands in the template itself; nothing switches the escaping off."""
    literal = re.compile(r"""("[^"]*"|'[^']*')\s*\|\s*safe\b""")
    trusting = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\b|\bMarkup\b")
    assert [_name(path) for path, source in MARKUP.items() if trusting.search(literal.sub("", source))] == []


# ---- tests


def _subjects(folder: str) -> dict[str, str]:
    """What the test files of a folder are about: ``rules`` for ``test_rules.py`` and for ``test_rules_words.py``."""
    stems = [path.stem.removeprefix("test_") for path in (TESTS / folder).glob("test_*.py")]
    return {stem: stem.partition("_")[0] for stem in stems}


@pytest.mark.parametrize("folder", TOWER)
def test_tests_mirror_the_code(folder):
    code = {path.stem for path in (APP / folder).iterdir() if not path.stem.startswith("__")}
    subjects = _subjects(folder)
    assert [stem for stem, subject in subjects.items() if subject not in code | NOT_MIRRORED] == []
    wanted = code & {"rules", "services", "pages", "api", "cli"} if folder in CAPABILITIES else code - {"icons"}
    assert wanted - set(subjects.values()) == set()
