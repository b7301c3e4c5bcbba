#!/bin/sh
# examples/ci/ci.sh: scenarios, then an audit of one client; for any CI that runs a shell. smtpsim is in PATH,
# or $SMTPSIM says where it is.
#
#   ADAPTER=examples/clients/msmtp.yaml SHARD=1/4 examples/ci/ci.sh
#
# It leaves junit-scenarios.xml, junit-audit.xml, audit.json and audit.md in $OUT, and ends with 0 when all of it
# held, 1 when the client fell short, more when it could not be run at all.
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

# What this project has decided on: each scenario a file.
set -- scenarios/*.yaml
if [ -e "$1" ]; then
    step "$smtpsim" run "$@" --report junit="$out/junit-scenarios.xml"
fi

# Everything that is documented. What fails today and is known lies in baseline.json: only what is new fails.
set -- --client "$adapter" --shard "$shard" --jobs 2 --budget 10min \
    --report junit="$out/junit-audit.xml" --report json="$out/audit.json" --report markdown="$out/audit.md"
[ ! -e baseline.json ] || set -- "$@" --baseline baseline.json
[ -z "${ONLY:-}" ] || set -- "$@" --only "$ONLY" # such as kb155455/*
step "$smtpsim" audit "$@"
exit $worst
