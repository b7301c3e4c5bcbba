#!/bin/sh
# Sends $SMTPSIM_MESSAGE with its own Postfix: a configuration and a queue in a new folder, no port. Prints the log
# line with the result of the mail, then stops Postfix. Needs root, as Postfix does. A Postfix that is unpacked but not
# installed (its usr/sbin is in PATH) runs from its folder, as an existing user of the system.
set -eu
PATH=$PATH:/usr/sbin:/sbin
postconf=$(command -v postconf) || { echo "postfix_send.sh: no postconf" >&2; exit 69; }
case $postconf in
*/usr/sbin/postconf) root=${postconf%/usr/sbin/postconf} ;;
*) root= ;;
esac
owner=postfix group=postdrop
if [ -n "$root" ]; then
    owner=mail group=news # of Postfix's own choice are only the names
    export LD_LIBRARY_PATH="$root/usr/lib/postfix"
fi
daemons=$root$(postconf -dh daemon_directory)
[ "$(id -u)" = 0 ] || { echo "postfix_send.sh: only root can start Postfix" >&2; exit 77; }

here=$(mktemp -d /tmp/smtpsim-postfix-XXXXXX) # not $SMTPSIM_DIR: user postfix must get there
running=
stop() {
    if [ -n "$running" ]; then
        kill "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    rm -rf "$here"
}
trap stop EXIT
trap 'exit 143' INT TERM HUP
chmod 755 "$here"
mkdir "$here/conf" "$here/data" "$here/queue"
# "postfix check" would also make these, but takes two seconds.
(
    cd "$here/queue"
    mkdir -m 700 active bounce corrupt defer deferred flush hold incoming private saved trace
    mkdir -m 730 maildrop
    mkdir -m 710 public
    mkdir pid
    chown "$owner" ../data [abcdfhist]* private
    chown "$owner:$group" maildrop public
)

case $SMTPSIM_TLS in
plain) level=none wrapper=no ;;
starttls) level=secure wrapper=no ;;
implicit) level=secure wrapper=yes ;;
esac
login=no
[ -z "$SMTPSIM_USER" ] || login=yes

cat >"$here/conf/main.cf" <<END
compatibility_level = 3.6
queue_directory = $here/queue
data_directory = $here/data
daemon_directory = $daemons
command_directory = ${postconf%/*}
mail_owner = $owner
setgid_group = $group
export_environment = TZ MAIL_CONFIG LANG LD_LIBRARY_PATH
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_LIBRARY_PATH
maillog_file = $here/log
maillog_file_prefixes = $here
myhostname = smtp-client.example
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_host_lookup = native
relayhost = [$SMTPSIM_HOST]:$SMTPSIM_PORT
smtp_connect_timeout = 3s
smtp_helo_timeout = 3s
smtp_mail_timeout = 3s
smtp_rcpt_timeout = 3s
smtp_data_init_timeout = 3s
smtp_data_xfer_timeout = 3s
smtp_data_done_timeout = 3s
smtp_rset_timeout = 3s
smtp_quit_timeout = 3s
smtp_starttls_timeout = 3s
smtp_tls_security_level = $level
smtp_tls_wrappermode = $wrapper
smtp_tls_CAfile = $SMTPSIM_CA
smtp_sasl_auth_enable = $login
smtp_sasl_password_maps = inline:{ { [$SMTPSIM_HOST]:$SMTPSIM_PORT = $SMTPSIM_USER:$SMTPSIM_PASSWORD } }
smtp_sasl_mechanism_filter = plain, login
smtp_sasl_security_options = noanonymous
# A bounce is a mail to the sender; it must not reach the server under test.
transport_maps = inline:{ { $SMTPSIM_SENDER = discard: } }
END
cat >"$here/conf/master.cf" <<END
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 1 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
scache    unix - - n - 1 scache
END
touch -d "1 minute ago" "$here/conf/main.cf" # it is read again and again while it may still change
"$daemons/master" -c "$here/conf" -d -e 60 >"$here/master" 2>&1 & # ends by itself if it is not stopped
running=$!
until [ -S "$here/queue/public/pickup" ]; do
    kill -0 "$running" 2>/dev/null || { cat "$here/master" >&2; running=; exit 78; }
    sleep 0.05
done
"${postconf%/*}/sendmail" -C "$here/conf" -i -f "$SMTPSIM_SENDER" -- "$SMTPSIM_RECIPIENT" <"$SMTPSIM_MESSAGE"

tries=240 # of 50 ms
while [ $tries -gt 0 ]; do
    if grep -s "postfix/[a-z]*\[[0-9]*\]: .*to=<$SMTPSIM_RECIPIENT>.* status=" "$here/log"; then
        exit 0
    fi
    tries=$((tries - 1))
    sleep 0.05
done
echo "postfix_send.sh: Postfix has not logged a result of the mail" >&2
cat "$here/log" >&2
exit 75
