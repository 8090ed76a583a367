#!/usr/bin/env bash
# Make a virtual environment with lpconf from this checkout of the action, and with nothing that is not pinned by hash.
set -euo pipefail

# Out of the job's checkout first: Python, pip and pyenv take files of the working folder for their own.
cd /

venv="$RUNNER_TEMP/lpconf/venv"

# A step before this one, in the same job, may have made it.
if [[ -x "$venv/bin/lpconf" ]]; then
  exit 0
fi

# Nothing that is installed has to know how to sign in: it gets the variables that it needs, and no others. A process
# can read the environment of its parents. So this shell is replaced by one without, as the step has replaced its own.
if [[ "${1-}" != "clean" ]]; then
  kept=" PATH HOME TMPDIR LANG LC_ALL LD_LIBRARY_PATH GITHUB_ACTION_PATH RUNNER_TEMP "
  kept+=" HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy "
  kept+=" SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT PIP_CLIENT_CERT "
  kept+=" PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_TRUSTED_HOST PIP_PROXY "
  kept+=" PIP_CONFIG_FILE PIP_CACHE_DIR PIP_TIMEOUT PIP_RETRIES "
  for name in $(compgen -e); do
    if [[ "$kept" != *" $name "* ]]; then
      export -n "${name?}"
    fi
  done
  exec "$BASH" --noprofile --norc -p "$0" clean
fi

mkdir -p "$RUNNER_TEMP/lpconf"
# -I: nothing from the working folder, from PYTHON... variables or from the user's own packages.
python3 -I -m venv "$venv"
pip=("$venv/bin/python" -I -m pip --disable-pip-version-check --no-input install --quiet)

# Wheels only: a source distribution runs code of its own to be built.
"${pip[@]}" --only-binary :all: --require-hashes --requirement "$GITHUB_ACTION_PATH/action/requirements.txt"

# From a copy, for a build leaves files behind. Offline: all that it needs is there by now.
source="$(mktemp -d "$RUNNER_TEMP/lpconf/source.XXXXXX")"
cp -R "$GITHUB_ACTION_PATH/." "$source"
"${pip[@]}" --no-index --no-deps --no-build-isolation "$source"
