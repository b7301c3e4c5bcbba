"""What real clients do with a failing dial-up line: a table, and the files that are made from it.

Each case dials its own number, and the profile that profile() writes has the faults of that number; before a
number is dialled, the case's own init string has the same purpose. Each case also has the expected results of
pppd, chat, wvdial and msmtp.
"""

import dataclasses
import re

from . import guest

HANGS = "hangs"  # had to be stopped: it would have run without end

USER, PASSWORD = "jdoe", "secret"
MAIL_HOST = "mail.isp.test"
MAIL_ADDRESS = "10.64.0.25"
MAIL_STAGES = ("connect", "rcpt", "data", "content", "message", "quit")
SMALL, LARGE = 400, 24000  # octets of a message's text


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    faults: tuple = ()         # (at, do) in the profile's language, or (at, "use: dialup/..."); see _condition
    options: str = ""          # pppd's, beside those of OPTIONS
    answers: str = "ppp"       # who answers the call, as in a phone book
    chat: str = ""             # what chat expects and sends after CONNECT
    uses_wvdial: bool = False  # instead of pppd with chat
    to: str = MAIL_HOST
    size: int = SMALL
    limit: int = 15            # seconds
    exits: tuple = ()          # pppd's or wvdial's exit codes, or HANGS; empty: any
    says: tuple = ()           # patterns that the client's log has
    sees: tuple = ()           # lines of the catalogue's entry that this case proves
    mail: tuple = None         # msmtp's exit codes; None: no message is sent
    may_keep: bool = False     # the whole message may be sent before the failure

    @property
    def is_soon_over(self):
        """PPP never begins, or the client does not wait for it."""
        return self.exits == (8,) or self.uses_wvdial or (HANG_UP in self.sees and not self.mail)

    @property
    def entry(self):
        """The id of the catalogue's entry; "" for the case's own fault."""
        return next((do.removeprefix("use: ") for _, do in self.faults if do.startswith("use: ")), "")


NOT_FOUND_NOW = (68, 75)  # EX_NOHOST; EX_TEMPFAIL since msmtp 1.8.28, where another try may find the host


def case(name, *faults, says=(), **more):
    return Case(name, faults, says=(says,) if isinstance(says, str) else says, **more)


def chat_fails(name, at, do, says):
    return case(name, (at, do), exits=(8,), says=says)


def delivers(name, *faults, **more):
    return case(name, *faults, **{"exits": (5,), "mail": (0,), "says": r"local  IP address", **more})


def catalogued(name, at, *sees, **more):
    """dialup/NAME of the catalogue; its texts about the output of programs are checked."""
    exits, says = (), []
    for line in sees:
        program, code, text = SEES.fullmatch(line).groups()
        if program == "chat":
            says.append(rf"/etc/ppp/dial .* finished \(pid \d+\), status = 0x{int(code):x}\n")
            continue
        if text.startswith("never exits"):
            exits = (HANGS,)
        else:
            exits = (int(code),) if code else ()
            says.append(re.escape(text).replace(re.escape(" ... "), r"[\s\S]*"))
    of_wvdial = sees[0].startswith("wvdial: ")
    return case(f"wvdial-{name}" if of_wvdial else name, (at, f"use: dialup/{name}"), sees=sees,
                uses_wvdial=of_wvdial, **{"exits": exits, "says": tuple(says), **more})


# A text about the output of a program: "pppd: exit 16, Modem hangup", "chat: exit 4 where BUSY is the first ABORT".
SEES = re.compile(r"(pppd|chat|wvdial): (?:exit (\d+)(?: (?:where|with|or) [^,]*)?(?:, |$))?(.*)")

# lcp-echo notices a line that carries nothing more although there is a carrier.
ECHO = "lcp-echo-interval 1 lcp-echo-failure 2"
PAP = "refuse-chap refuse-mschap refuse-mschap-v2 refuse-eap"
CHAP = "refuse-pap refuse-mschap refuse-mschap-v2 refuse-eap"
MS_CHAP = "refuse-pap refuse-chap refuse-mschap-v2 refuse-eap"
MS_CHAP_V2 = "refuse-pap refuse-chap refuse-mschap refuse-eap"
NO_LCP = "pppd: exit 16, LCP: timeout sending Config-Requests"
NO_DIAL = "pppd: exit 8, Connect script failed"
NO_PASSWORD = "pppd: exit 19, PAP authentication failed"
HANG_UP = "pppd: exit 16, Modem hangup"
TERMINATED = "pppd: exit 16, LCP terminated by peer"
WVDIAL_HANG_UP = "wvdial: The PPP daemon has died: A modem hung up the phone (exit code = 16)"
WVDIAL_NO_LOGIN = "wvdial: Authentication error. ... Maybe bad account or password?"
WVDIAL_TIMEOUT = "wvdial: Timed out while dialing.  Trying again."
LOGIN = f"ogin: {USER} ssword: {PASSWORD}"

# The guest never closes the port, so no fault here lasts until the port is closed (stall, modem: silent).
CASES = [
    # No failure: each way to log in, and lines that are only slow.
    delivers("pap", options=PAP),
    delivers("chap-md5", options=CHAP, says=r"CHAP authentication succeeded"),
    delivers("ms-chap", options=MS_CHAP, says=r"CHAP authentication succeeded"),
    delivers("ms-chap-v2", options=MS_CHAP_V2, says=r"CHAP authentication succeeded"),
    delivers("login", answers="login", chat=LOGIN, says=(r"ssword:[\s\S]*got it", r"local  IP address")),
    delivers("login-not-awaited", answers="login"),
    delivers("mail-by-address", to=MAIL_ADDRESS),
    delivers("large-message", size=LARGE),
    delivers("answers-late", ("dial", "{delay: 2s}")),
    delivers("mru-296", ("lcp", "{ppp: {mru: 296B}}"), size=LARGE, says=r"<mru 296>"),
    delivers("slow-line", ("carrier", "{line: {speed: 9600bps}}"), limit=25),
    delivers("far-away", ("carrier", "{line: {delay: 300ms}}"), limit=25),
    delivers("noisy-line", ("carrier", "{noise: 1/4000}"), options="lcp-max-configure 10",
             exits=(5, 16), limit=40),
    delivers("banner-before-ppp", ("lcp", "use: dialup/banner-before-ppp")),
    delivers("garbage-before-ppp", ("lcp", "use: dialup/garbage-before-ppp")),

    # The modem's words (V.250 and its makers'): chat aborts, pppd exits with 8.
    catalogued("busy", "dial", NO_DIAL, "chat: exit 4 where BUSY is the first ABORT"),
    catalogued("no-carrier", "dial", NO_DIAL, "chat: exit 5 where NO CARRIER is the second ABORT"),
    catalogued("no-dialtone", "dial", NO_DIAL, "chat: exit 6 where NO DIALTONE is the third ABORT"),
    catalogued("no-answer", "dial", NO_DIAL, "chat: exit 7 where NO ANSWER is the fourth ABORT"),
    catalogued("voice-answers", "dial", NO_DIAL, "chat: exit 8 where VOICE is the fifth ABORT"),
    catalogued("fax-answers", "dial", "chat: exit 3, neither CONNECT nor an ABORT string came", exits=(8,)),
    catalogued("dial-error", "dial", NO_DIAL),
    catalogued("delayed", "dial", NO_DIAL),
    catalogued("blacklisted", "dial", NO_DIAL),
    chat_fails("no-result", "dial", "{delay: 1min}", r"alarm[\s\S]*Connect script failed"),
    catalogued("training-fails", "carrier", NO_DIAL, "chat: exit 5 where NO CARRIER is the second ABORT"),
    catalogued("modem-partial-result", "dial", "chat: exit 3, CONNECT was not seen in time", exits=(8,)),
    catalogued("modem-connect-cut-short", "carrier", "chat: exit 3, CONNECT was not seen in time", exits=(8,)),
    catalogued("init-error", "init", NO_DIAL),
    chat_fails("half-a-result", "dial", r'{raw: "\r\nCONN"}', r"alarm[\s\S]*Connect script failed"),
    chat_fails("init-silent", "init", "{modem: {silent: 6s}}", r"alarm[\s\S]*Connect script failed"),
    chat_fails("hang-up-at-dial", "dial", "hang-up", r"Failed \(NO CARRIER\)"),
    chat_fails("hang-up-at-carrier", "carrier", "hang-up", r"Failed( \(NO CARRIER\))?\n"),
    case("called-is-busy", answers="busy", exits=(8,), says=r"Failed \(BUSY\)"),
    case("called-is-out", answers="no-answer", exits=(8,), says=r"Failed \(NO ANSWER\)"),

    # The line: no PPP gets through, so pppd gives up with 16 when its requests have timed out.
    case("silence", answers="silence", exits=(16,), says="LCP: timeout sending Config-Requests"),
    catalogued("dropped-at-connect", "carrier", HANG_UP),
    catalogued("ppp-seven-bits", "carrier", NO_LCP),
    catalogued("looped-back", "carrier", "pppd: exit 17, Serial line is looped back."),
    case("stalled-line", ("carrier", "{line: {stall: 12s}}"), exits=(16,),
         says="LCP: timeout sending Config-Requests"),
    case("carrier-lost", ("ipcp", "{line: {drop: 2s}}"), exits=(16,), says=r"Modem hangup"),

    # What the provider sends before PPP.
    catalogued("login-prompt", "lcp", NO_LCP),
    catalogued("prompt-reworded", "lcp", NO_DIAL, "chat: exit 3, ogin: was not seen in time", chat=LOGIN),
    catalogued("password-refused-at-prompt", "lcp", NO_DIAL, answers="login",
               chat=f"ABORT incorrect {LOGIN} ~"),
    catalogued("shell-in-place-of-ppp", "lcp", NO_LCP, answers="login", chat=LOGIN),
    catalogued("echo-in-place-of-ppp", "lcp",
               "pppd: exit 16, Receive serial link is not 8-bit clean: ... Problem: all had bit 7 set to 0"),
    catalogued("slip-in-place-of-ppp", "lcp", NO_LCP),
    catalogued("ppp-slow-to-start", "lcp", "pppd: exit 16 with lcp-max-configure 4 and lcp-restart 1"),
    catalogued("dropped-before-ppp", "lcp", HANG_UP),
    catalogued("provider-full", "lcp", HANG_UP),

    # LCP
    catalogued("lcp-silent", "lcp", NO_LCP),
    catalogued("lcp-bad-fcs", "lcp", NO_LCP),
    catalogued("lcp-reject-all", "lcp", "pppd: never exits by itself: a tight loop",
               says=(r"rcvd \[LCP ConfRej",), limit=6),
    catalogued("lcp-nak-loop", "lcp", "pppd: never exits by itself: a tight loop",
               says=(r"rcvd \[LCP ConfNak",), limit=6),
    catalogued("same-magic", "lcp", "pppd: exit 17, Serial line is looped back."),
    catalogued("malformed", "lcp", NO_LCP),
    catalogued("lcp-terminated-at-start", "lcp", HANG_UP),
    catalogued("callback-never-comes", "lcp", "pppd: exit 14, Call me back, please",
               options="callback 5551000"),
    catalogued("no-echo-reply", "ipcp", "pppd: exit 15, No response to 2 echo-requests",
               "pppd: Serial link appears to be disconnected.", options=ECHO, exits=(15,)),

    # Logging in
    catalogued("wrong-password", "ppp-auth", NO_PASSWORD, options=PAP),
    case("wrong-password-by-chap", ("ppp-auth", "use: dialup/wrong-password"), options=CHAP, exits=(19,),
         says="CHAP authentication failed", sees=("pppd: exit 19, CHAP authentication failed",)),
    *(catalogued(f"login-e-{code}", "ppp-auth", f"pppd: exit 19, Remote message: E={code}", options=PAP)
      for code in (646, 647, 648, 649, 691, 709)),
    case("e-691-by-ms-chap", ("ppp-auth", "use: dialup/login-e-691"), options=MS_CHAP, exits=(19,),
         says=r"E=691"),
    case("e-649-by-ms-chap-v2", ("ppp-auth", "use: dialup/login-e-649"), options=MS_CHAP_V2, exits=(19,),
         says=r"MS-CHAP authentication failed: No dial-in permission"),
    catalogued("account-expired", "ppp-auth", NO_PASSWORD, options=PAP),
    catalogued("login-unanswered", "ppp-auth", "pppd: exit 19, No response to PAP authenticate-requests",
               options=PAP),
    delivers("login-wrong-identifier", ("ppp-auth", "use: dialup/login-wrong-identifier"), options=PAP),
    catalogued("login-slow", "ppp-auth", "pppd: No response to PAP authenticate-requests",
               options=PAP, exits=(16, 19)),
    catalogued("dropped-at-login", "ppp-auth", HANG_UP),
    catalogued("lcp-terminated-at-login", "ppp-auth", TERMINATED),
    case("no-such-user", options=f"{PAP} user nobody", exits=(19,), says=r"PAP authentication failed"),
    catalogued("eap-only", "lcp", "pppd: exit 16 where its options refuse EAP, Modem hangup",
               options="refuse-eap"),
    catalogued("pap-only", "lcp", "pppd: exit 16 where its options refuse PAP, Modem hangup",
               options="refuse-pap"),
    case("peer-must-log-in", options="auth require-pap remotename isp", exits=(11,),
         says=r"peer refused to authenticate"),

    # IPCP
    catalogued("ipcp-silent", "ipcp", "pppd: exit 10 with noipv6, IPCP: timeout sending Config-Requests"),
    catalogued("ipcp-rejected", "ipcp", "pppd: never exits by itself", says=(r"rcvd \[LCP ProtRej",), limit=6),
    catalogued("ipcp-terminated", "ipcp", "pppd: exit 10 with noipv6, IPCP: timeout sending Config-Requests"),
    catalogued("ipcp-nak-loop", "ipcp", "pppd: never exits by itself: a tight loop",
               says=(r"rcvd \[IPCP ConfNak",), limit=6),
    catalogued("address-rejected", "ipcp", "pppd: exit 10 with noipv6, Could not determine local IP address"),
    catalogued("no-address", "ipcp", "pppd: exit 10 with noipv6, Could not determine local IP address"),
    catalogued("encryption-required", "ipcp", TERMINATED),
    catalogued("dropped-at-ipcp", "ipcp", HANG_UP),

    # The client's configuration
    case("idle", options="idle 2", exits=(12,), says=r"lack of activity"),
    case("connect-time", options="maxconnect 3", exits=(13,), says=r"Connect time expired"),

    # The link is up, then the network fails: the exit code of msmtp (sysexits.h: 68 no host, 74 I/O, 75 try again).
    delivers("dns-nxdomain", ("dns", "use: dialup/dns-nxdomain"), mail=(68,)),
    delivers("dns-servfail", ("dns", "use: dialup/dns-servfail"), mail=NOT_FOUND_NOW),
    delivers("dns-unanswered", ("dns", "use: dialup/dns-unanswered"), mail=NOT_FOUND_NOW),
    delivers("dns-servers-wrong", ("ipcp", "use: dialup/dns-servers-wrong"), mail=NOT_FOUND_NOW),
    delivers("dns-wrong-address", ("dns", "use: dialup/dns-wrong-address"), mail=(75,)),
    catalogued("dropped-at-dns", "dns", HANG_UP, mail=(68, 75)),
    delivers("blackhole", ("ipcp", "use: dialup/blackhole"), to=MAIL_ADDRESS, mail=(75,)),
    delivers("server-refuses", ("ipcp", "use: dialup/server-refuses"), to=MAIL_ADDRESS, mail=(75,)),
    delivers("syn-lost", ("ipcp", "use: dialup/syn-lost"), to=MAIL_ADDRESS, mail=(75,)),
    delivers("host-unreachable", ("ipcp", "use: dialup/host-unreachable"), to=MAIL_ADDRESS, mail=(75,)),
    delivers("mtu-blackhole", ("ipcp", "use: dialup/mtu-blackhole"), size=LARGE, mail=(74, 75), limit=25),
    delivers("packets-lost", ("ipcp", "{ip: {lose: 1/20}}"), limit=40),
    delivers("carrier-lost-in-data", ("data", "{line: {drop-octets: 8000B}}"), size=LARGE, exits=(16,),
             mail=(74, 75), limit=25),
    delivers("hang-up-at-data", ("data", "hang-up"), exits=(16,), mail=(74, 75), limit=25),
    catalogued("ppp-dropped-mid-data", "content", HANG_UP, size=LARGE, mail=(74, 75), limit=25),
    catalogued("lcp-terminated-mid-data", "content", TERMINATED, size=LARGE, mail=(74, 75), limit=25,
               may_keep=True),

    # wvdial shows what the modem and pppd printed.
    case("wvdial-delivers", uses_wvdial=True, says=r"local  IP address", mail=(0,)),
    catalogued("busy", "dial", "wvdial: The line is busy. Trying again.", limit=6),
    catalogued("no-carrier", "dial", "wvdial: No Carrier!  Trying again.",
               "wvdial: Maximum Attempts Exceeded..Aborting!!"),
    catalogued("no-dialtone", "dial", "wvdial: No dial tone."),
    catalogued("no-answer", "dial", "wvdial: No Answer.  Trying again."),
    catalogued("voice-answers", "dial", "wvdial: Voice line detected."),
    catalogued("fax-class-2-answers", "dial", WVDIAL_TIMEOUT),
    catalogued("fax-answers", "dial", WVDIAL_TIMEOUT),
    catalogued("dial-error", "dial", "wvdial: Invalid dial command."),
    case("wvdial-no-result", ("dial", "{delay: 1min}"), uses_wvdial=True,
         says=r"Timed out while dialing\.  Trying again\."),
    catalogued("modem-unknown-result", "dial", WVDIAL_TIMEOUT),
    catalogued("training-fails", "carrier", "wvdial: No Carrier!  Trying again."),
    catalogued("init-error", "init", "wvdial: Bad init string."),
    catalogued("lcp-silent", "lcp", WVDIAL_HANG_UP),
    catalogued("looped-back", "carrier",
               "wvdial: The PPP daemon has died: Loopback detected (exit code = 17)"),
    catalogued("wrong-password", "ppp-auth", WVDIAL_NO_LOGIN),
    catalogued("lcp-terminated-at-start", "lcp", WVDIAL_HANG_UP),
]


# ---- The modem's profile ----------------------------------------------------------------------------

def number_of(case):
    return str(5550100 + CASES.index(case))


def init_of(case):
    """S7, the time to wait for a carrier, makes each init string different and does no harm."""
    has_own = any(at == "init" for at, _ in case.faults)
    return f"ATS12=10S7={100 + CASES.index(case)}" if has_own else "ATS12=10"


def recipient_of(case):
    return f"{case.name}@elsewhere.com"


def _condition(case, at):
    """A condition that matches only this case. The mail server does not know numbers, so it matches the recipient."""
    if at == "init":
        return f"{{command: {init_of(case)}}}"
    if at in MAIL_STAGES:
        return f"{{recipient: {recipient_of(case)}}}"
    return f'{{number: "{number_of(case)}"}}'


def profile(cases):
    lines = ["smtpsim: 1", "profile: dial-up-kernel", "modem:", "  provider:",
             "    auth: [pap, chap, ms-chap, ms-chap-v2]", f"    users: {{{USER}: {PASSWORD}}}",
             f"    names: [{MAIL_HOST}]", "  phone-book:"]
    lines += [f'    "{number_of(case)}": {case.answers}' for case in cases if case.answers != "ppp"]
    lines += ['    "*": ppp', "faults:"]
    for case in cases:
        for at, do in case.faults:
            what = [do] if do.startswith("use: ") else [f"at: {at}", f"do: [{do}]"]
            head, *rest = what + [f"name: {case.name}", f"when: {_condition(case, at)}"]
            lines += [f"  - {head}", *(f"    {line}" for line in rest)]
    return "\n".join(lines) + "\n"


# ---- The guest's files ------------------------------------------------------------------------------

OPTIONS = f"""\
nodetach debug logfd 2
local noauth noipv6 noipdefault nocrtscts usepeerdns defaultroute user {USER}
lcp-restart 1 lcp-max-configure 4 lcp-max-terminate 1
ipcp-restart 1 ipcp-max-configure 4
pap-restart 1 pap-max-authreq 3
"""

DIAL = """\
#!/bin/busybox sh
# dial NUMBER INIT [EXPECT SEND...]
number=$1 init=$2
shift 2
exec chat -v -s -S -t 4 ABORT BUSY ABORT 'NO CARRIER' ABORT 'NO DIALTONE' ABORT 'NO ANSWER' ABORT VOICE \\
    ABORT ERROR ABORT DELAYED ABORT BLACKLISTED '' ATZ OK "$init" OK "ATDT$number" CONNECT '\\c' "$@"
"""

# S12, in 1/50 s, is the silence that the modem needs before and after +++.
HANG_UP_SCRIPT = """\
#!/bin/busybox sh
# Whatever the case before has left: makes the modem wait for a command, on a port that stays open.
for try in 1 2 3 4 5 6; do
    {
        sleep 0.3
        printf +++
        sleep 0.3
        chat -S -t 2 '' ATH OK && sleep 0.3 && chat -S -t 1 '' AT OK && exit 0
    } <>/dev/ttyS0 >&0
done
exit 1
"""

IP_UP = f"""\
#!/bin/busybox sh
# The link is up: sends the message of the case, then ends the link if it still exists.
. /run/mail || exit 0
trap '' TERM # which pppd sends to its scripts when the link goes down
for server in $DNS1 $DNS2; do echo "nameserver $server"; done >/etc/resolv.conf
echo 'options timeout:1 attempts:2' >>/etc/resolv.conf
echo "$PPPD_PID" >/run/sending
timeout -s KILL "$limit" msmtp --host="$to" --port=25 --timeout=6 --from=jdoe@somewhere.com \\
    "$recipient" <"$folder/message" >"$folder/msmtp" 2>&1
echo $? >"$folder/mail"
if ip -o link show up | grep -q "$IFNAME:"; then kill "$PPPD_PID"; fi
"""

SCRIPT_HEAD = """\
stty -F /dev/ttyS0 raw -echo 2>/dev/null
/etc/ppp/hang-up || echo 'no modem answers'
rm -f /run/mail /run/sending
cp /proc/uptime began
"""

# The limit is for pppd; msmtp may run a little longer.
SCRIPT_TAIL = """\
echo $? >exit
cat began /proc/uptime >ran
while [ -e /run/sending ] && ! [ -e mail ]; do sleep 0.1; done
"""

WVDIAL = """\
[Dialer Defaults]
Modem = /dev/ttyS0
Baud = 115200
Init1 = ATZ
Dial Attempts = 1
Dial Timeout = 5
Auto Reconnect = off
New PPPD = yes
Check Def Route = off
Check DNS = off
Carrier Check = no
Stupid Mode = 1
Username = {user}
Password = {password}
"""


def _script(case):
    lines = [SCRIPT_HEAD]
    if case.mail:
        mail = f"to={case.to} recipient={recipient_of(case)} limit={case.limit} folder=/mnt/{case.name}"
        lines.append(f"printf '%s\\n' {mail} >/run/mail\n")
    if case.uses_wvdial:
        lines.append(f"timeout -s INT -k 3 {case.limit} wvdial {case.name} 2>&1\n")
    else:
        lines.append(f"timeout -k 3 {case.limit} pppd /dev/ttyS0 115200 {case.options} "
                     f"connect \"/etc/ppp/dial {number_of(case)} {init_of(case)} {case.chat}\"\n")
    lines.append(SCRIPT_TAIL)
    return "".join(lines)


def _message(case):
    """Its lines are longer than small packets, because msmtp writes one line at a time."""
    line = "A line of a message. " * (1 if case.size == SMALL else 40) + "\n"
    return (f"From: jdoe@somewhere.com\nTo: {recipient_of(case)}\nSubject: {case.name}\n\n"
            + line * (case.size // len(line)))


def guest_cases(cases):
    return [guest.Case(case.name, {"script": _script(case), "message": _message(case)}, case.limit + 20)
            for case in cases]


def guest_etc(cases):
    """The files below the guest's /etc."""
    wvdial_conf = WVDIAL.format(user=USER, password=PASSWORD)
    for case in cases:
        if case.uses_wvdial:
            wvdial_conf += f"\n[Dialer {case.name}]\nPhone = {number_of(case)}\nInit2 = {init_of(case)}\n"
    secrets = f'{USER} * "{PASSWORD}" *\n'
    return {
        "passwd": "root:x:0:0::/run:/bin/sh\n", "group": "root:x:0:\ndip:x:30:\n",
        "hosts": "127.0.0.1 localhost\n", "nsswitch.conf": "hosts: files dns\n", "resolv.conf": "",
        "ppp/options": OPTIONS, "ppp/pap-secrets": secrets + 'isp * "word" *\nnobody * "wrong" *\n',
        "ppp/chap-secrets": secrets, "ppp/dial": DIAL, "ppp/hang-up": HANG_UP_SCRIPT, "ppp/ip-up": IP_UP,
        "ppp/peers/wvdial": "noauth\nname wvdial\nusepeerdns\n",
        "wvdial.conf": wvdial_conf,
    }


# ---- Results ----------------------------------------------------------------------------------------

def _ran(outcome):
    """The number of seconds that the client ran."""
    times = [float(line.split()[0]) for line in outcome.text("ran").splitlines()]
    return times[1] - times[0] if len(times) == 2 else float("inf")


def differences(case, outcome, kept):
    """The differences between outcome and table, as texts; `kept`: messages of this case that the server kept."""
    out = []
    code = HANGS if _ran(outcome) >= case.limit else outcome.number("exit")
    if case.exits and code not in case.exits:
        out.append(f"ended with {code}, not {' or '.join(map(str, case.exits))}")
    out += [f"does not say {each!r}" for each in case.says if not re.search(each, outcome.output)]
    if case.mail:
        mail = outcome.number("mail")
        if mail not in case.mail:
            out.append(f"msmtp ended with {mail}, not {' or '.join(map(str, case.mail))}: "
                       f"{outcome.text('msmtp').strip()}")
        wanted = int(0 in case.mail)
        if kept != wanted and not case.may_keep:
            out.append(f"{kept} messages were kept, not {wanted}")
    return out
