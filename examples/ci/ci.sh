#!/bin/sh
# examples/ci/ci.sh: scenarios, then an audit of one client; for any CI that runs a shell. smtpsim is in PATH,
# or $SMTPSIM is its path.
#
#   ADAPTER=examples/clients/msmtp.yaml SHARD=1/4 examples/ci/ci.sh
#
# It writes junit-scenarios.xml, junit-audit.xml, audit.json and audit.md to $OUT. The exit code is 0 if everything
# passed, 1 if the client failed, and higher if it could not be run.
set -u
smtpsim=${SMTPSIM:-smtpsim}
adapter=${ADAPTER:-examples/clients/msmtp.yaml}
shard=${SHARD:-1/1}
out=${OUT:-smtpsim-reports}
mkdir -p "$out" || exit 3

worst=0
step() {
    echo "== $*"
    "$@"
    code=$?
    [ $code -le $worst ] || worst=$code
}

# The decisions of this project: one file per scenario.
set -- scenarios/*.yaml
if [ -e "$1" ]; then
    step "$smtpsim" run "$@" --report junit="$out/junit-scenarios.xml"
fi

# All documented failures. baseline.json has the failures that are known today: only new ones make the run fail.
set -- --client "$adapter" --shard "$shard" --jobs 2 --budget 10min \
    --report junit="$out/junit-audit.xml" --report json="$out/audit.json" --report markdown="$out/audit.md"
[ ! -e baseline.json ] || set -- "$@" --baseline baseline.json
[ -z "${ONLY:-}" ] || set -- "$@" --only "$ONLY" # such as kb155455/*
step "$smtpsim" audit "$@"
exit $worst
