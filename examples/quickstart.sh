#!/usr/bin/env bash
# From a fresh clone to a message in the mailbox of 1996: builds smtpsim, starts it as the post office
# of KB155455, sends one message with a real client, and shows what both sides saw.
# Debian 12 or 13; missing packages are installed with apt (as root, or with sudo).
# SMTPSIM=FILE uses a smtpsim that is already built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/packages.sh
. tests/packages.sh

server_id=""
folder=$(mktemp -d)
leave() {
    if [ -n "$server_id" ]; then kill "$server_id" 2>/dev/null || true; fi
    rm -rf "$folder"
}
trap leave EXIT

title() { printf '\n== %s\n' "$1"; }

packages_need one-client
smtpsim=${SMTPSIM:-}
if [ -z "$smtpsim" ]; then packages_need build; fi
packages_install
if [ -z "$smtpsim" ]; then
    title "Building (about two minutes on two cores)"
    # A separate folder: build/release is for builds with the tests.
    cmake -S . -B build/quickstart -G Ninja -DCMAKE_BUILD_TYPE=Release -DSMTPSIM_TESTS=OFF \
        >"$folder/build" 2>&1 </dev/null || { tail -n 30 "$folder/build" >&2; exit 1; }
    if [ -t 1 ]; then # ninja counts in one line
        cmake --build build/quickstart --target smtpsim </dev/null
    else
        cmake --build build/quickstart --target smtpsim >"$folder/build" 2>&1 </dev/null ||
            { tail -n 30 "$folder/build" >&2; exit 1; }
    fi
    smtpsim=build/quickstart/app/smtpsim
    echo "$smtpsim"
fi

title "A server: post-office-1996, on the first of August 1996"
"$smtpsim" serve post-office-1996 --listen 127.0.0.1:0 --clock 1996-08-01T22:24:22Z \
    --log "$folder/Smtp.log" --messages "$folder/mail" --sessions 1 --quiet \
    --port-file "$folder/port" </dev/null >"$folder/output" 2>&1 &
server_id=$!
for _ in $(seq 200); do # until it listens, ten seconds at most
    if [ -s "$folder/port" ] || ! kill -0 "$server_id" 2>/dev/null; then break; fi
    sleep 0.05
done
if ! [ -s "$folder/port" ]; then cat "$folder/output" >&2; exit 1; fi
port=$(cat "$folder/port")
echo "listening on 127.0.0.1:$port"

printf 'From: John <jdoe@somewhere.com>\r\nTo: Jane <janed@elsewhere.com>\r\n' >"$folder/message"
printf 'Subject: Greetings from the future\r\n\r\nDear Jane,\r\n' >>"$folder/message"
printf 'this is a real message from a real client.\r\n.\r\nJohn' >>"$folder/message"
if command -v swaks >/dev/null 2>&1; then
    client=swaks
    swaks --server 127.0.0.1 --port "$port" --ehlo smtp-client --from jdoe@somewhere.com \
        --to janed@elsewhere.com --data "@$folder/message" </dev/null >"$folder/client" 2>&1 ||
        { cat "$folder/client" >&2; exit 1; }
else
    client=curl
    curl --silent --show-error --noproxy '*' "smtp://127.0.0.1:$port/smtp-client" \
        --mail-from jdoe@somewhere.com --mail-rcpt janed@elsewhere.com \
        --upload-file "$folder/message" </dev/null
fi
wait "$server_id" # it ends after one session: --sessions 1
server_id=""
echo "$client sent one message to it"

title "Smtp.log, as a client of 1996 would have written it"
tr -d '\r' <"$folder/Smtp.log"

title "The message that the server kept"
tr -d '\r' <"$(ls "$folder"/mail/*.eml)"

title "Try next"
cat <<TEXT
$smtpsim serve post-office-1996          # on 127.0.0.1:2525, until Ctrl-C
$smtpsim serve examples/full-mailbox.yaml
$smtpsim serve --fault examples/faults/gone-after-the-dot.yaml
$smtpsim profile list
TEXT
