#!/usr/bin/env bash
# Make a virtual environment with lpconf from this checkout of the action, and with nothing that is not pinned by hash.
set -euo pipefail

venv="$RUNNER_TEMP/lpconf/venv"

# A step before this one, in the same job, may have made it.
if [[ -x "$venv/bin/lpconf" ]]; then
  exit 0
fi

# Nothing that is installed has to know how to sign in.
unset "${!LPCONF_@}"

mkdir -p "$RUNNER_TEMP/lpconf"
python3 -m venv "$venv"
pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet)

# Wheels only: a source distribution runs code of its own to be built.
"${pip[@]}" --only-binary :all: --require-hashes --requirement "$GITHUB_ACTION_PATH/action/requirements.txt"

# From a copy, for a build leaves files behind. Offline: all that it needs is there by now.
source="$(mktemp -d "$RUNNER_TEMP/lpconf/source.XXXXXX")"
cp -R "$GITHUB_ACTION_PATH/." "$source"
"${pip[@]}" --no-index --no-deps --no-build-isolation "$source"
