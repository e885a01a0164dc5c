#!/usr/bin/env bash
# Makes a machine ready: Debian packages, uv in .tools, a virtual environment in .venv synced to a lock file.
#
#   bootstrap.sh tools   only uv, for `make lock`
#   bootstrap.sh run     what the till and the server need
#   bootstrap.sh dev     the same, and what tests and benchmarks need
#
# As root it installs what is missing; otherwise it prints the one line to run and stops. A stamp holds the digest of everything
# that decides the outcome, so that a second call costs a few milliseconds. Needs no git: a tarball will do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

level=${1:-run}
case $level in tools | run | dev) ;; *) echo "bootstrap: unknown level '$level': say tools, run or dev" >&2; exit 2 ;; esac

digest_of() { cat packaging/bootstrap.sh requirements-tools.lock "$1" | sha256sum | cut -d ' ' -f 1; }
ready() { [ -x .venv/bin/python ] && [ "$(cat ".venv/.ready-$1" 2>/dev/null)" = "$(digest_of "$2")" ]; }

# The development lock is constrained by the other, so that a machine ready for tests is ready to run.
case $level in
    dev) ready dev requirements-dev.lock && exit 0 ;;
    run) { ready dev requirements-dev.lock || ready run requirements.lock; } && exit 0 ;;
esac

say() { printf 'bootstrap: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

python_packages="python3 python3-venv"
# Without these Qt does not load, even with no display; the font draws the Chinese.
offscreen_packages="libgl1 libegl1 libxkbcommon0 libglib2.0-0 libfontconfig1 libdbus-1-3 fonts-wqy-microhei"
# Without these Qt aborts when it opens a window on X11.
window_packages="libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
# The optional last decoder loads this when it is there.
scanner_packages="libzbar0"
test_packages="xvfb xauth postgresql"

wanted_packages() {
    echo "$python_packages"
    [ "$level" = tools ] || echo "$offscreen_packages $window_packages $scanner_packages"
    [ "$level" != dev ] || echo "$test_packages"
}

installed() { # a package may have been renamed for 64-bit time: libglib2.0-0t64
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ||
        dpkg-query -W -f '${db:Status-Status}\n' "$1t64" 2>/dev/null | grep -qx installed
}

install_system_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: make sure of Python 3.11 or newer and of what these Debian packages hold:" $(wanted_packages)
        return
    fi
    local missing=() name
    for name in $(wanted_packages); do installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        say "${#missing[@]} Debian packages are missing, and only root may install them. Run this line, then the same make again:"
        say "缺少 ${#missing[@]} 个系统软件包,需要管理员安装。请先运行下面这一行,再重新执行 make:"
        printf '\n    sudo apt-get install -y --no-install-recommends %s\n\n' "${missing[*]}" >&2
        exit 1
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || say "apt could not refresh its lists; trying with those it has"
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt could not install ${missing[*]}: see its words above, mend them, then run the same make again"
}

find_python() { # the first Python that is new enough, an explicit choice before any other
    local candidate
    for candidate in ${PYTHON:-} python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "no Python 3.11 or newer with venv was found: install one, or name it: PYTHON=/path/to/python3 make ..."
}

install_uv() {
    local wanted
    wanted=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements-tools.lock)
    if [ -x .tools/bin/uv ] && [ "$(.tools/bin/uv --version | cut -d ' ' -f 2)" = "$wanted" ]; then return; fi
    say "installing uv $wanted into .tools"
    "$python" -m venv .tools
    .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
}

sync_environment() {
    local lock=$1
    say "syncing .venv to $lock"
    rm -f .venv/.ready-run .venv/.ready-dev
    [ -x .venv/bin/python ] || .tools/bin/uv venv --quiet --clear --python "$python" .venv
    VIRTUAL_ENV=.venv .tools/bin/uv pip sync --quiet --require-hashes "$lock" ||
        die "the packages of $lock could not be installed: see uv's words above; with the network back, run the same make again"
    digest_of "$lock" >".venv/.ready-$level"
}

unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
export UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}
export PIP_DEFAULT_TIMEOUT=${PIP_DEFAULT_TIMEOUT:-180}
export UV_LINK_MODE=${UV_LINK_MODE:-copy}

install_system_packages
mkdir -p .tools
exec 9>.tools/lock # two makes at once: the second waits, then finds the work done
flock 9
python=$(find_python)
install_uv
case $level in
    tools) ;;
    run) ready run requirements.lock || sync_environment requirements.lock ;;
    dev) ready dev requirements-dev.lock || sync_environment requirements-dev.lock ;;
esac
