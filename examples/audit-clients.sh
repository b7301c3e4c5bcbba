#!/usr/bin/env bash
# examples/audit-clients.sh: audits all mail clients there are on this machine, and writes docs/audits.md.
#
#   examples/audit-clients.sh                   # each file of examples/clients that works here
#   examples/audit-clients.sh msmtp curl        # only these; of the others the page has what was found before
#   examples/audit-clients.sh --page            # only the page, of the reports that there are
#
# The binary is $SMTPSIM, or smtpsim in PATH. $AUDITS (build/audits) keeps a JSON report a client: what one has
# judged is not asked again unless smtpsim, the client or its file has changed, so that a run goes on where it was.
# Of a client that has no report there the page keeps what it says.
# JOBS (6): clients at a time. LIMIT (30min): how long one client may take; what is left over is not judged.
# PAGE (docs/audits.md): where to write. The root user is needed for Postfix only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
smtpsim=${SMTPSIM:-smtpsim}
audits=${AUDITS:-build/audits}
# The system's clients, whatever else comes first in somebody's PATH.
audit_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
command -v "$smtpsim" >/dev/null || { echo "$0: no smtpsim: set SMTPSIM" >&2; exit 3; }
smtpsim=$(command -v "$smtpsim")
mkdir -p "$audits"

works() { # adapter: whether a healthy server gets its mail, which takes the client's packages
    PATH=$audit_path "$smtpsim" audit --client "$1" --seed 1 --only "/kb155455.rcpt.550|rfc2033.lmtp-message.550/" --quiet \
        --report "json=$audits/probe" </dev/null >/dev/null 2>&1 || true
    grep -q '"suite": "control".*"status": "passed"' "$audits/probe"
}

about_client() { sed -n '/^"clients": /,/^"cases": /p' "$1"; } # report: the client's name and version

if [ $# = 0 ]; then
    for adapter in examples/clients/*.yaml; do set -- "$@" "$(basename "$adapter" .yaml)"; done
elif [ "$*" = --page ]; then
    shift
fi
for client in "$@"; do
    [ -e "examples/clients/$client.yaml" ] || { echo "$0: no examples/clients/$client.yaml" >&2; exit 2; }
done
for client in "$@"; do
    adapter=examples/clients/$client.yaml report=$audits/$client.json
    if ! works "$adapter"; then
        echo "$client: left out: not even a healthy server gets its mail (needs: $(sed -n 's/^packages: //p' "$adapter"))"
        continue
    fi
    before=()
    if [ "$report" -nt "$smtpsim" ] && [ "$report" -nt "$adapter" ] &&
        [ "$(about_client "$report")" = "$(about_client "$audits/probe")" ]; then
        before=(--resume "$report")
    fi
    began=$SECONDS code=0
    PATH=$audit_path "$smtpsim" audit --client "$adapter" --seed 1 --jobs "${JOBS:-6}" \
        --budget "${LIMIT:-30min}" --quiet ${before[@]+"${before[@]}"} \
        --report "json=$report.new" </dev/null || code=$?
    # 0: all was right, 1: not all; anything else is no audit.
    if [ $code -gt 1 ]; then
        echo "$client: the audit ended with $code" >&2
        rm -f "$report.new"
        exit 3
    fi
    mv "$report.new" "$report"
    echo "$client: $((SECONDS - began)) s"
done
rm -f "$audits/probe"

python3 - "$audits" "${PAGE:-docs/audits.md}" <<'PYTHON'
import collections, json, pathlib, platform, re, sys

audits, page = map(pathlib.Path, sys.argv[1:])
VERDICTS = ["lost-mail", "insecure", "crash", "hang", "duplicate-risk", "misread", "violates"]
reports = [json.loads(path.read_text()) for path in sorted(audits.glob("*.json"))]
if not reports:
    sys.exit("no client was audited")


def cell(text):
    return re.sub(r"([|*_<\\`])", r"\\\1", text)


def version(report):
    """The words from the number on, without the name that stands beside it."""
    text = report["clients"][0]["version"].replace("\\t", " ")
    found = re.search(r"\d[\w.+~:-]*", text)
    return found.group() if found else text


def system():
    release = pathlib.Path("/etc/os-release")
    found = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read_text(), re.M) if release.exists() else None
    return found.group(1) if found else platform.system()


def judged(report):
    """All but the controls, and but the failures of a modem and of SMTP where there is none."""
    not_asked = "the client does not dial", "the client speaks LMTP only"
    return [case for case in report["cases"] if case["fault"] and case["why"] not in not_asked]


def row(report):
    counts = collections.Counter(case.get("verdict") or case["status"] for case in judged(report))
    counts["skipped"] += counts.pop("error", 0)
    held = counts["correct"]
    short = sum(counts[verdict] for verdict in VERDICTS)
    score = held * 100 // (held + short) if held + short else 0
    name = report["clients"][0]["name"]
    cells = [f"[{name}](#{name})", cell(version(report)), report["started"][:10], len(judged(report)), score,
             *(counts[verdict] or "" for verdict in VERDICTS), counts["skipped"]]
    return "| " + " | ".join(map(str, cells)) + " |"


def section(report):
    short = [case for case in judged(report) if case.get("verdict") in VERDICTS]
    short.sort(key=lambda case: (VERDICTS.index(case["verdict"]), case["fault"]))
    lines = [f"- `{case['fault']}`: **{case['verdict']}**: {cell(case['title'])}" for case in short]
    return "\n".join(lines or ["Nothing."])


before = page.read_text() if page.exists() else ""
rows = {found[1]: found[0] for found in re.finditer(r"^\| \[(.*?)\]\(.*$", before, re.M)}
sections = {name: text.strip() for name, text in
            (part.split("\n", 1) for part in re.split(r"^### ", before, flags=re.M)[1:])}
for report in reports:
    name = report["clients"][0]["name"]
    rows[name], sections[name] = row(report), section(report)


def place(name):
    return -int(rows[name].split("|")[5]), name


out = [f"""# What real clients got

Written by `examples/audit-clients.sh` on {system()}, with smtpsim {reports[0]["version"]}. Each client was led to the
failures that the [catalogue](catalogue.md) then had, each on a server of its own; the numbers are how many of them got
each verdict. The score is how many of a hundred that were judged it got right, rounded down.

| Client | Version | Audited | Failures | Score | {" | ".join(VERDICTS)} | not judged |
| --- | --- | --- | --: | --: | {" | ".join("--:" for _ in VERDICTS)} | --: |""",
       *(rows[name] for name in sorted(rows, key=place)),
       """
- *lost-mail*: it said that the mail was delivered, and the server has not kept it, or not as it was given.
- *insecure*: it showed mail or a password to somebody it should not have trusted.
- *crash*: it was ended by a signal. *hang*: it did not end in time and was stopped.
- *duplicate-risk*: it said that the mail was not delivered, and the server has kept it; or it sent it twice.
- *misread*: it took a failure for another kind: for good, for now, or none at all.
- *violates*: it did on the wire what the RFCs forbid.
- *not judged*: it never came to the failure (a client that sends no VRFY meets none), was told to give up sooner, or
  has no TLS or login.

These are verdicts on one way to call a client, the one in its [file](../examples/clients/README.md), with three seconds
of patience where that can be told; another option may do better. A client that does not tell "try again" from "never"
is not blamed for it: each answer counts as said.

    examples/audit-clients.sh                          # all of it again
    smtpsim audit --client msmtp --only tls/old-only   # one of them, with its dialogue

## What they fell short in"""]
for name in sorted(sections):
    out.append(f"\n### {name}\n\n{sections[name]}")
page.write_text("\n".join(out) + "\n")
print(f"{page}: {len(rows)} clients")
PYTHON
