#!/usr/bin/env bash
# Proves, on a Debian root that holds nothing but make and certificates, that the two commands of the README work.
#
#   prove_bare.sh [MAKE-TARGET ...]        default: demo test
#
# Needs root, debootstrap and unshare. Mirror, certificates, proxies and package indexes are those this machine is set up with, handed
# over at run time. BARE_SUITE picks the Debian release, BARE_KEEP=1 keeps the root, BARE_ROOT=/folder uses (and reuses) a given one.
# `prove_bare.sh boot` proves the installation alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\nbare: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || die "a bare root needs root: run it as root, or in a virtual machine"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install -y --no-install-recommends debootstrap"

# Mounts and processes of the proof live in namespaces of their own and end with it, whatever happens.
if [ "${BARE_INSIDE:-}" != yes ]; then
    root=${BARE_ROOT:-$(mktemp -d -t bare-XXXXXX)}
    status=0
    BARE_INSIDE=yes BARE_ROOT=$root unshare --mount --pid --fork --kill-child bash "packaging/$(basename "$0")" "$@" || status=$?
    if [ -z "${BARE_KEEP:-}" ]; then rm -rf --one-file-system "$root"; else say "the root is kept: $root"; fi
    exit $status
fi

root=$BARE_ROOT
suite=${BARE_SUITE:-bookworm}
place=/srv/posapp
root_home=/root
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(demo test)

mirrors() { apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages'; }
known=$(mirrors | awk -v s="$suite" '$2 == s {print $1; exit}')
# The first mirror of this machine also holds the other releases, as a rule.
mirror=${known:-$(mirrors | awk 'NR == 1 {print $1}')}

make_root() {
    if [ -x "$root/usr/bin/make" ]; then return; fi
    [ -n "$mirror" ] || die "apt knows no mirror: add one to its sources"
    say "debootstrap $suite"
    debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
    rm -f "$root.log"
    chmod 755 "$root" # mktemp made it for root alone
    # A container's manners: packages do not start services while they are installed.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
}

copy_if_there() { # FILE-OR-FOLDER DESTINATION, both absolute, the latter inside the root
    if [ -e "$1" ]; then mkdir -p "$root$(dirname "$2")"; cp -aLT "$1" "$root$2"; fi
}

hand_over_settings() {
    if [ -n "$known" ]; then
        rm -f "$root/etc/apt/sources.list"
        copy_if_there /etc/apt/sources.list /etc/apt/sources.list
        copy_if_there /etc/apt/sources.list.d /etc/apt/sources.list.d
        copy_if_there /etc/apt/trusted.gpg.d /etc/apt/trusted.gpg.d
        copy_if_there /usr/share/keyrings /usr/share/keyrings
    else
        echo "deb $mirror $suite main" >"$root/etc/apt/sources.list"
    fi
    copy_if_there /etc/apt/auth.conf.d /etc/apt/auth.conf.d
    apt-config dump | grep -E '^Acquire::(Check|https?|Languages|Retries|ForceIPv)' >"$root/etc/apt/apt.conf.d/99host" || true
    copy_if_there /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
    copy_if_there /etc/resolv.conf /etc/resolv.conf
    copy_if_there /etc/hosts /etc/hosts
    copy_if_there /etc/pip.conf /etc/pip.conf
    copy_if_there "$HOME/.config/pip" "$root_home/.config/pip"
    copy_if_there "$HOME/.pip" "$root_home/.pip"
    copy_if_there /etc/uv /etc/uv
    copy_if_there "$HOME/.config/uv" "$root_home/.config/uv"
}

mount_in() {
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    # A package index may be a folder of this machine: lend it, unwritable, at the same place.
    local folder
    { command -v pip >/dev/null && pip config list; env | grep -E '^(PIP|UV)_'; } 2>/dev/null |
        grep -oE "/[A-Za-z0-9_./-]+" | sed 's,^//*,/,' | sort -u | while read -r folder; do
        if [ -d "$folder" ] && [ "$folder" != / ]; then
            mkdir -p "$root$folder"
            mount --bind "$folder" "$root$folder"
            mount -o remount,bind,ro "$root$folder"
        fi
    done
}

copy_project() { # as from a tarball: no git, no environment, no caches
    rm -rf "${root:?}$place"
    mkdir -p "$root$place"
    tar -c --exclude=./.git --exclude=./.venv --exclude=./.tools --exclude='./.*_cache' --exclude=__pycache__ \
        --exclude=./.hypothesis --exclude=./build --exclude=./dist . | tar -x -C "$root$place" --no-same-owner
}

settings=("HOME=$root_home" "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
while IFS= read -r line; do settings+=("$line"); done < <(env | grep -iE '^(PIP|UV)_|^SSL_CERT_|_proxy=' || true)

inside() { chroot "$root" /usr/bin/env -i "${settings[@]}" "$@"; }

make_root
hand_over_settings
mount_in
copy_project

say "what is there: $(inside dpkg-query -W | wc -l) packages, python3: $(inside sh -c 'command -v python3 || echo none')"

if ! inside sh -c 'command -v python3' >/dev/null; then
    say "a user who is not root gets the one line to run"
    words=$(inside setpriv --reuid=65534 --regid=65534 --clear-groups make -C "$place" boot 2>&1) && die "make boot did not stop"
    printf '%s\n' "$words"
    [ "$(grep -c 'sudo apt-get install' <<<"$words")" -eq 1 ] || die "not one apt line"
fi

say "make boot-dev"
time inside make -C "$place" boot-dev
say "make boot-dev again: nothing left to do"
time inside make -C "$place" boot-dev
say "what Qt, SQLCipher and OpenCV need is there, and a display can be had"
probe='import PySide6.QtWidgets as w, sqlcipher3, cv2; a = w.QApplication([]); print(a.platformName(), sqlcipher3.sqlite_version, cv2.__version__)'
inside QT_QPA_PLATFORM=offscreen "$place/.venv/bin/python" -c "$probe"
inside QT_QPA_PLATFORM=xcb xvfb-run -a "$place/.venv/bin/python" -c "$probe"

for target in "${targets[@]}"; do
    say "make $target"
    time inside make -C "$place" "$target"
done
say "proven: ${targets[*]}"
