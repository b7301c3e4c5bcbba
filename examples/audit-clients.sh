#!/usr/bin/env bash
# examples/audit-clients.sh: audits all mail clients that are on this machine, and writes docs/audits.md.
#
#   examples/audit-clients.sh                   # each file of examples/clients that works here
#   examples/audit-clients.sh msmtp curl        # only these; the page keeps the earlier results of the others
#   examples/audit-clients.sh --page            # only writes the page, from the existing reports
#
# The binary is $SMTPSIM, or smtpsim in PATH. $AUDITS (build/audits) keeps a JSON report for each client. A case that
# a report has judged is not run again unless smtpsim, the client or its file has changed: an interrupted run continues.
# The page keeps its rows of a client without a report.
# JOBS (6): clients at a time. LIMIT (30min): how long one client may take; the remaining cases are skipped.
# PAGE (docs/audits.md): the file to write. Only Postfix needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
smtpsim=${SMTPSIM:-smtpsim}
audits=${AUDITS:-build/audits}
# The system's clients, whatever comes first in the user's PATH.
audit_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
command -v "$smtpsim" >/dev/null || { echo "$0: no smtpsim: set SMTPSIM" >&2; exit 3; }
smtpsim=$(command -v "$smtpsim")
mkdir -p "$audits"

works() { # adapter: whether a normal server gets its mail, which needs the client's packages
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
        echo "$client: left out: even a normal server does not get its mail (needs: $(sed -n 's/^packages: //p' "$adapter"))"
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
    # 0: all passed, 1: not all passed; anything else is not an audit.
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
    """The text from the number on, without the name before it."""
    text = report["clients"][0]["version"].replace("\\t", " ")
    found = re.search(r"\d[\w.+~:-]*", text)
    return found.group() if found else text


def system():
    release = pathlib.Path("/etc/os-release")
    found = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read_text(), re.M) if release.exists() else None
    return found.group(1) if found else platform.system()


def judged(report):
    """All cases except the controls, and except the failures of a modem or of SMTP for a client that has none."""
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

Written by `examples/audit-clients.sh` on {system()}, with smtpsim {reports[0]["version"]}. Each client was run against all
failures that were in the [catalogue](catalogue.md) on that day, each on its own server. The numbers count the failures
with each verdict. The score is the percentage of judged failures that the client handled correctly, rounded down.

| Client | Version | Audited | Failures | Score | {" | ".join(VERDICTS)} | skipped |
| --- | --- | --- | --: | --: | {" | ".join("--:" for _ in VERDICTS)} | --: |""",
       *(rows[name] for name in sorted(rows, key=place)),
       """
- *lost-mail*: the client reported that the mail was delivered, but the server has not kept it, or has changed it.
- *insecure*: the client showed mail or a password to a server that it should not have trusted.
- *crash*: a signal ended the client. *hang*: the client did not end in time and was stopped.
- *duplicate-risk*: the client reported that the mail was not delivered, but the server has kept it; or the client sent the
  mail twice.
- *misread*: the client read a failure as another kind: permanent, temporary or no failure.
- *violates*: the client did something on the wire that the RFCs forbid.
- *skipped*: the client never met the failure (for example, it sends no VRFY), its timeout was shorter than the failure,
  or it has no TLS or login.

These are verdicts on one way to call a client, the one in its [file](../examples/clients/README.md), with a timeout of
three seconds if the client has such an option; other options may give a better result. If a client does not distinguish
"try again" from "never", each answer counts as reported.

    examples/audit-clients.sh                          # runs everything again
    smtpsim audit --client msmtp --only tls/old-only   # one failure, with its dialogue

## Failed cases"""]
for name in sorted(sections):
    out.append(f"\n### {name}\n\n{sections[name]}")
page.write_text("\n".join(out) + "\n")
print(f"{page}: {len(rows)} clients")
PYTHON
