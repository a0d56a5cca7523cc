# Sourced by the scripts beside it: finds Python, makes .venv from a hashed requirements file, keeps both current.
# Needs nothing but a POSIX shell and Python 3.11 or newer; uses uv where it is installed, because it is quicker.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# makes_venvs PYTHON: uv does it for any; without it Debian's needs the package python3-venv.
makes_venvs() { command -v uv >/dev/null 2>&1 || "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The first Python that is new enough and can make an environment, into $python. The system's own comes before others:
# its maker keeps it patched and builds it with what was learnt from profiles, a fifth faster than compiled by hand.
find_python() {
    for candidate in "${PYTHON:-}" /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && makes_venvs "$candidate"; then
            python=$(command -v "$candidate")
            return
        fi
    done
    stop "Python 3.11 or newer that can make environments is needed and was not found. On Debian or Ubuntu:" \
        "apt-get install python3-venv. Or install uv, or set PYTHON to where a Python is."
}

# An empty .venv, made by uv or by Python itself.
make_venv() {
    if command -v uv >/dev/null 2>&1; then
        UV_PYTHON_DOWNLOADS=never uv venv --quiet --clear --python "$python" "$venv" && return
    fi
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >"$root/.venv.log" 2>&1; then
        rm -rf "$venv"
        say "$(tail -n 3 "$root/.venv.log")"
        stop "Python could not make an environment. On Debian or Ubuntu: apt-get install python3-venv (or install uv)."
    fi
    rm -f "$root/.venv.log"
}

# install_requirements FILE: exactly the packages of FILE, each checked against its hash.
install_requirements() {
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$root/$1"
    else
        "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$root/$1"
    fi
}

# prepare_environment FILE: .venv holds the packages of FILE; nothing is done when nothing changed.
prepare_environment() {
    root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
    venv=$root/.venv
    find_python
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$root/.venv.lock"
        flock 9
    fi
    made_from=$("$python" -c 'import hashlib, sys
print(sys.version.split()[0], hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$root/$1")
    stamp=$venv/made-from-$1
    if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null ||
        ! "$venv/bin/python" -c "import sys; sys.exit(sys.version.split()[0] != '${made_from%% *}')"; then
        say "Making the environment in .venv."
        make_venv
    fi
    if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$made_from" ]; then
        say "Installing the packages of $1 (the first time takes a minute or two)."
        install_requirements "$1"
        printf '%s\n' "$made_from" >"$stamp"
    fi
    link_code
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    fi
}

# `import cadra` and `.venv/bin/cadra` work in this environment; rewritten when the checkout was moved.
link_code() {
    "$venv/bin/python" - "$root" <<'PY'
import sys, sysconfig
from pathlib import Path

root, packages = sys.argv[1], Path(sysconfig.get_path("purelib"))
link = packages / "cadra-checkout.pth"
if not link.is_file() or link.read_text().strip() != root:
    link.write_text(root + "\n")
    command = Path(sys.executable).with_name("cadra")
    command.write_text('#!/bin/sh\nexec "$(dirname -- "$0")/python" -m cadra.config.cli "$@"\n')
    command.chmod(0o755)
PY
}

# The data folder, if one was named relative to where the person stands.
settle_data_dir() {
    case "${CADRA_DATA_DIR:-/}" in
        /*) ;;
        *) CADRA_DATA_DIR=$PWD/$CADRA_DATA_DIR && export CADRA_DATA_DIR ;;
    esac
}
