#include "sim/smtplog/writer.hpp"

#include "tests/catch.hpp"
#include "tests/kb155455.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <algorithm>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::journal;
using namespace smtpsim::smtplog;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

Options options(bool bare) {
    Options chosen;
    chosen.zone = ZoneOffset{-5h};
    chosen.started = log_start;
    chosen.bare = bare;
    return chosen;
}

const Opened opened{"nnn.nnn.nnn.nnn:25", "127.0.0.1:1025", "smtp.host.com"};
constexpr Closed closed{ClosedBy::client, 0, 0, 0};

/// A writer whose header is out of the way.
struct Log {
    explicit Log(bool bare = true) : writer(sink, options(bare)) { sink.take(); }

    void command(std::string_view octets, Duration after = {}) {
        show(Received{faults::Stage::other, octets}, after);
    }
    void reply(std::string_view octets, Duration after = {}) {
        show(Sent{faults::Stage::other, octets}, after);
    }

    TextSink sink;
    Writer writer;
    Show show{writer};
};

/// The text between the two lines that open and close a block.
std::string block(const std::vector<Happening>& happenings) {
    Log log;
    log.show(opened);
    for (const Happening& what : happenings) log.show(what);
    log.show(closed);
    constexpr std::string_view begin = "[db] Connecting to 'smtp.host.com'.\r\n"
                                       "[db] srv_addr = nnn.nnn.nnn.nnn\r\n";
    constexpr std::string_view end = "[db] Connection to 'smtp.host.com' closed.\r\n";
    REQUIRE(log.sink.text.starts_with(begin));
    REQUIRE(log.sink.text.ends_with(end));
    return log.sink.text.substr(begin.size(), log.sink.text.size() - begin.size() - end.size());
}

std::string srv_addr(std::string_view endpoint) {
    Log log;
    log.show(Opened{endpoint, "", "h"});
    log.show(closed);
    constexpr std::string_view label = "srv_addr = ";
    const std::size_t at = log.sink.text.find(label) + label.size();
    return log.sink.text.substr(at, log.sink.text.find('\r', at) - at);
}

/// The session of KB155455, "Log Example".
void show_article(Show& show) {
    show(opened, 1s);
    show(Sent{faults::Stage::connect,
              "220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 -0700\r\n"},
         2s);
    show(Received{faults::Stage::ehlo, "EHLO smtp-client\r\n"}, 2s);
    show(Sent{faults::Stage::ehlo,
              "250-smtp.host.com\r\n250-HELP\r\n250-EXPN\r\n250-XREMOTEQUEUE\r\n"
              "250 PIPELINING\r\n"},
         2s);
    show(Received{faults::Stage::rset, "RSET\r\n"}, 2s);
    show(Sent{faults::Stage::rset, "250 Ok resetting state\r\n"}, 2s);
    show(Received{faults::Stage::mail, "MAIL FROM:<jdoe@somewhere.com>\r\n"}, 2s);
    show(Sent{faults::Stage::mail, "250 Sender <jdoe@somewhere.com> Ok\r\n"}, 2s);
    show(Received{faults::Stage::rcpt, "RCPT TO:<janed@elsewhere.com>\r\n"}, 2s);
    show(Sent{faults::Stage::rcpt, "250 Recipient <janed@elsewhere.com> Ok\r\n"}, 3s);
    show(Received{faults::Stage::data, "DATA\r\n"}, 3s);
    show(Sent{faults::Stage::data, "354 Ok Send data ending with <CRLF>.<CRLF>\r\n"}, 3s);
    show(Content{"Subject: lunch\r\n\r\n..dots\r"}, 3s);
    show(Content{"\n.\r\n"}, 3s);
    show(Message{"19960801222422078.AAA43", "jdoe@somewhere.com", {}, "smtp-client", "", 25, ""},
         3s);
    show(Sent{faults::Stage::message,
              "250 Message received: 19960801222422078.AAA43@smtp-client\r\n"},
         3s);
    show(Received{faults::Stage::quit, "QUIT\r\n"}, 3s);
    show(Sent{faults::Stage::quit, "221 smtp.host.com ESMTP server closing connection\r\n"}, 3s);
    show(Closed{ClosedBy::server, 0, 0, 1}, 3s);
}

} // namespace

TEST_CASE("the article's session gives the article's 25 lines", "[smtplog]") {
    TextSink sink;
    Writer writer{sink, options(true)};
    Show show{writer};
    show_article(show);
    // Line 05 is wrapped in print only. Line 20 is an empty [tx], its tag's space included.
    CHECK(sink.text == kb155455::bare_log());
    CHECK(std::ranges::count(sink.text, '\n') == 25);
}

TEST_CASE("each line but the header's and the dot has its tag and time", "[smtplog]") {
    TextSink sink;
    Writer writer{sink, options(false)};
    Show show{writer};
    show_article(show);
    CHECK(sink.text == kb155455::log());
}

TEST_CASE("the header is written at once, and only once", "[smtplog]") {
    TextSink sink;
    {
        Options chosen = options(false);
        chosen.dialect = Dialect::oe_5;
        Writer writer{sink, chosen};
        CHECK(sink.take() ==
              "Outlook Express 5.50.4133.2400\r\nSMTP Log started at 08/01/1996 17:22:27\r\n");
        Show show{writer};
        show(opened);
        show(closed);
    }
    CHECK(sink.text.starts_with("SMTP: 17:22:27 [db] Connecting"));
    CHECK(sink.text.find("Log started") == std::string::npos);
}

TEST_CASE("a session past midnight goes back to 00:00:00", "[smtplog]") {
    Log log{false};
    log.show(opened, 6h + 37min + 32s);
    log.show(closed, 6h + 37min + 33s);
    CHECK(log.sink.text == "SMTP: 23:59:59 [db] Connecting to 'smtp.host.com'.\r\n"
                           "SMTP: 23:59:59 [db] srv_addr = nnn.nnn.nnn.nnn\r\n"
                           "SMTP: 00:00:00 [db] Connection to 'smtp.host.com' closed.\r\n");
}

TEST_CASE("the server's address is its endpoint's, or the machine's own", "[smtplog]") {
    CHECK(srv_addr("10.1.2.3:2525") == "10.1.2.3");
    CHECK(srv_addr("[2001:db8::1]:25") == "2001:db8::1");
    CHECK(srv_addr("[::ffff:10.1.2.3]:25") == "10.1.2.3");
    CHECK(srv_addr("memory") == "127.0.0.1");
    CHECK(srv_addr("unix:/run/smtp.sock") == "127.0.0.1");
    CHECK(srv_addr("unix:/run/smtp:25") == "127.0.0.1");
    CHECK(srv_addr("pty:/dev/pts/4") == "127.0.0.1");
    CHECK(srv_addr("") == "127.0.0.1");
}

TEST_CASE("the end of data is found wherever the network cut the message", "[smtplog]") {
    const auto message = GENERATE("Subject: a\r\n\r\nb\r\n.\r\n"sv, "\r\n.\r\n"sv, ".\r\n"sv,
                                  ".\r.\r\n\r\n.\r\n"sv, "..\r\n.\r\n"sv);
    for (std::size_t piece = 1; piece <= message.size(); ++piece) {
        CAPTURE(message, piece);
        std::vector<Happening> happenings;
        for (std::size_t at = 0; at < message.size(); at += piece)
            happenings.emplace_back(Content{message.substr(at, piece)});
        CHECK(block(happenings) == "[tx] \r\n.\r\n");
    }
}

TEST_CASE("a session cut in mid-content shows no dot", "[smtplog]") {
    const auto cut = GENERATE(""sv, "."sv, ".\r"sv, "a\r\n."sv, "a\r\n.\r"sv, "a\n.\n"sv,
                              "a\r\n..\r\n"sv, "a.\r\n"sv, "a\n.\r\n"sv, "a\r\n.\n"sv);
    CAPTURE(cut);
    CHECK(block({Content{cut}}) == "");
}

TEST_CASE("a refusal in mid-content is no end of data", "[smtplog]") {
    CHECK(block({Content{"a\r\n"}, Sent{faults::Stage::content, "421 Closing\r\n"}}) ==
          "[rx] 421 Closing\r\n");
}

TEST_CASE("the dot is shown before a reply that never came", "[smtplog]") {
    CHECK(block({Content{"a\r\n.\r\n"}}) == "[tx] \r\n.\r\n");
}

TEST_CASE("what the server takes for the end of a message is one", "[smtplog]") {
    CHECK(block({Content{"a\n.\n"}, Sent{faults::Stage::message, "250 Ok\r\n"}}) ==
          "[tx] \r\n.\r\n[rx] 250 Ok\r\n");
    CHECK(block({Content{"a\n.\n"}, Message{}}) == "[tx] \r\n.\r\n");
    CHECK(block({Message{}}) == "");
}

TEST_CASE("a message has one dot, however often it is answered", "[smtplog]") { // RFC 2033 §4.2
    CHECK(block({Content{"a\r\n.\r\n"}, Message{}, Sent{faults::Stage::message, "250 a\r\n"},
                 Message{}, Sent{faults::Stage::message, "452 b\r\n"}}) ==
          "[tx] \r\n.\r\n[rx] 250 a\r\n[rx] 452 b\r\n");
}

TEST_CASE("each message of a session has its own dot", "[smtplog]") {
    const Content dot{".\r\n"};
    CHECK(
        block({Received{faults::Stage::data, "DATA\r\n"}, dot,
               Sent{faults::Stage::message, "250 a\r\n"}, Received{faults::Stage::data, "DATA\r\n"},
               dot, Sent{faults::Stage::message, "250 b\r\n"}}) ==
        "[tx] DATA\r\n[tx] \r\n.\r\n[rx] 250 a\r\n"
        "[tx] DATA\r\n[tx] \r\n.\r\n[rx] 250 b\r\n");
}

TEST_CASE("a message that was cut off does not lend its tail to the next", "[smtplog]") {
    CHECK(block({Content{"a\r\n."}, Received{faults::Stage::noop, "NOOP\r\n"}, Content{"a"},
                 Content{"\r\n"}}) == "[tx] NOOP\r\n");
}

TEST_CASE("the unread rest of a message that was cut off is not taken for commands", "[smtplog]") {
    const Received data{faults::Stage::data, "DATA\r\n"};
    const Sent go{faults::Stage::data, "354 Go\r\n"};
    const Received rest{faults::Stage::other, "the rest\r\n.\r\nQUIT\r\n"};
    CHECK(block({data, go, Content{"a\r\n"}, rest}) == "[tx] DATA\r\n[rx] 354 Go\r\n");
    CHECK(block({data, go, Sent{faults::Stage::content, "421 a\r\n"}, Content{"a\r\n"}, rest}) ==
          "[tx] DATA\r\n[rx] 354 Go\r\n[rx] 421 a\r\n");
    CHECK(block({data, go, rest}) == "[tx] DATA\r\n[rx] 354 Go\r\n");
}

TEST_CASE("unknown commands are logged before, after and without a message", "[smtplog]") {
    const Received unknown{faults::Stage::other, "XTRN\r\n"};
    const Received data{faults::Stage::data, "DATA\r\n"};
    CHECK(block({unknown}) == "[tx] XTRN\r\n");
    CHECK(block({data, Sent{faults::Stage::data, "503 No\r\n"}, unknown}) ==
          "[tx] DATA\r\n[rx] 503 No\r\n[tx] XTRN\r\n");
    CHECK(block({data, Sent{faults::Stage::data, "354 Go\r\n"}, Content{".\r\n"}, unknown}) ==
          "[tx] DATA\r\n[rx] 354 Go\r\n[tx] \r\n.\r\n[tx] XTRN\r\n");
}

TEST_CASE("faults and findings are not the client's to see", "[smtplog]") {
    CHECK(block({FaultFired{faults::Stage::other, "b", "c", "d"}, Found{"a", "b", "c", "d"}}) ==
          "");
}

TEST_CASE("a line that came in pieces is logged once it is whole", "[smtplog]") {
    CHECK(block({Sent{faults::Stage::connect, "220 a"}, Sent{faults::Stage::connect, "bc\r"},
                 Sent{faults::Stage::connect, "\n250-x\r\n2"}, Received{faults::Stage::noop, "NO"},
                 Received{faults::Stage::noop, "OP\r\n"}, Sent{faults::Stage::noop, "50 y\n"}}) ==
          "[rx] 220 abc\r\n[rx] 250-x\r\n[tx] NOOP\r\n[rx] 250 y\r\n");
}

TEST_CASE("a reply cut short was never a line to the client, a command cut short was sent",
          "[smtplog]") {
    CHECK(block({Sent{faults::Stage::noop, "250 O"}}) == "");
    CHECK(block({Received{faults::Stage::quit, "QUI"}}) == "[tx] QUI\r\n");
}

TEST_CASE("an empty line is logged as an empty line", "[smtplog]") {
    CHECK(block({Received{faults::Stage::other, "\r\n"}, Sent{faults::Stage::other, "\r\n"}}) ==
          "[tx] \r\n[rx] \r\n");
}

TEST_CASE("no octets can forge a line of the log", "[smtplog]") {
    Log log;
    log.show(Opened{"x\r\n[rx] 250:25", "", "h\r\n[db] x"});
    log.command("A\rSMTP: 00:00:00 [rx] 250\0\x1b[2J\\r\r\n"sv);
    log.reply("500 \xE9\u202E\tok\r\r\n");
    log.show(closed);
    CHECK(log.sink.text == "[db] Connecting to 'h\\r\\n[db] x'.\r\n"
                           "[db] srv_addr = x\\r\\n[rx] 250\r\n"
                           "[tx] A\\rSMTP: 00:00:00 [rx] 250\\0\\x1b[2J\\\\r\r\n"
                           "[rx] 500 \\xe9\\xe2\\x80\\xae\\tok\\r\r\n"
                           "[db] Connection to 'h\\r\\n[db] x' closed.\r\n");
}

TEST_CASE("sessions at the same time are written one after the other", "[smtplog]") {
    Log log;
    log.show(Opened{"10.0.0.1:25", "", "one"}, 0s, 1);
    log.show(Opened{"10.0.0.2:25", "", "two"}, 1s, 2);
    log.show(Received{faults::Stage::noop, "NOOP 1\r\n"}, 2s, 1);
    log.show(Received{faults::Stage::noop, "NOOP 2\r\n"}, 3s, 2);
    CHECK(log.sink.text.empty());
    log.show(closed, 4s, 2);
    const std::string two = log.sink.take();
    log.show(closed, 5s, 1);
    CHECK(two == "[db] Connecting to 'two'.\r\n[db] srv_addr = 10.0.0.2\r\n[tx] NOOP 2\r\n"
                 "[db] Connection to 'two' closed.\r\n");
    CHECK(log.sink.text == "[db] Connecting to 'one'.\r\n[db] srv_addr = 10.0.0.1\r\n"
                           "[tx] NOOP 1\r\n[db] Connection to 'one' closed.\r\n");
}

TEST_CASE("a session that goes on for long is written in parts, and loses nothing", "[smtplog]") {
    Log log;
    log.show(opened);
    std::string expected;
    while (expected.size() < 2 * Writer::block_octets_max) {
        log.command("NOOP\r\n");
        expected += "[tx] NOOP\r\n";
    }
    CHECK(log.sink.text.size() > Writer::block_octets_max);
    log.show(closed);
    CHECK(log.sink.text.find(expected) != std::string::npos);
}

TEST_CASE("a line without an end is not kept without end", "[smtplog]") {
    Log log;
    log.show(opened);
    for (int i = 0; i < 3; ++i) log.reply(std::string(Writer::block_octets_max / 2 + 1, 'x'));
    CHECK(log.sink.text.size() > Writer::block_octets_max);
}

TEST_CASE("sessions that never closed are written when the writer ends", "[smtplog]") {
    TextSink sink;
    {
        Writer writer{sink, options(true)};
        Show show{writer};
        show(Opened{"10.0.0.2:25", "", "two"}, 0s, 2);
        show(Opened{"10.0.0.1:25", "", "one"}, 0s, 1);
        sink.take();
    }
    CHECK(sink.text == "[db] Connecting to 'one'.\r\n[db] srv_addr = 10.0.0.1\r\n"
                       "[db] Connecting to 'two'.\r\n[db] srv_addr = 10.0.0.2\r\n");
}

TEST_CASE("a flush keeps open sessions together", "[smtplog]") {
    Log log;
    log.show(opened);
    log.writer.flush();
    CHECK(log.sink.text.empty());
    CHECK(log.sink.flushes == 1);
}

TEST_CASE("a session whose beginning was not seen is left out", "[smtplog]") {
    Log log;
    log.command("NOOP\r\n");
    log.show(closed);
    CHECK(log.sink.text.empty());
}

TEST_CASE("the later products write the date in figures, name the port and log errors",
          "[smtplog]") {
    const auto [dialect, product] = GENERATE(
        table<Dialect, std::string_view>({{Dialect::oe_5, "Outlook Express 5.50.4133.2400"},
                                          {Dialect::oe_6, "Outlook Express 6.00.2800.1106"}}));
    TextSink sink;
    Options chosen = options(false);
    chosen.dialect = dialect;
    Writer writer{sink, chosen};
    Show show{writer};
    show(Connecting{"smtp.host.com", 2525, "192.0.2.1"}, 1s);
    show(Opened{"192.0.2.1:2525", "", "smtp.host.com"}, 1s);
    show(Trouble{TroubleKind::reply_timed_out, faults::Stage::connect}, 61s);
    show(closed, 61s);
    CHECK(sink.text ==
          std::string(product) +
              "\r\nSMTP Log started at 08/01/1996 17:22:27\r\n"
              "SMTP: 17:22:28 [db] Connecting to 'smtp.host.com' on port 2525.\r\n"
              "SMTP: 17:22:28 [db] srv_name = \"smtp.host.com\" srv_addr = 192.0.2.1\r\n"
              "SMTP: 17:23:28 [db] ERROR: \"The server has not responded in time.\", "
              "hr=2148322329\r\n"
              "SMTP: 17:23:28 [db] Connection to 'smtp.host.com' closed.\r\n");
}

TEST_CASE("the documented products log no errors, a name that is not found has no address",
          "[smtplog]") {
    for (const Dialect dialect : {Dialect::imn_1_0, Dialect::oe_4}) {
        TextSink sink;
        Options chosen = options(true);
        chosen.dialect = dialect;
        Writer writer{sink, chosen};
        sink.take();
        Show show{writer};
        show(Connecting{"smtp.host.com", 25, ""});
        show(Trouble{TroubleKind::host_not_found, faults::Stage::connect});
        show(closed);
        CHECK(sink.text == "[db] Connecting to 'smtp.host.com'.\r\n"
                           "[db] Connection to 'smtp.host.com' closed.\r\n");
    }
}

TEST_CASE("each trouble has the number that the products give it", "[smtplog]") {
    const auto [kind, number] = GENERATE(table<TroubleKind, std::string_view>({
        {TroubleKind::host_not_found, "hr=2148322317"},    // 0x800CCC0D
        {TroubleKind::refused, "hr=2148322318"},           // 0x800CCC0E
        {TroubleKind::unreachable, "hr=2148322318"},       //
        {TroubleKind::connect_timed_out, "hr=2148322318"}, //
        {TroubleKind::reply_timed_out, "hr=2148322329"},   // 0x800CCC19
        {TroubleKind::dropped, "hr=2148322319"},           // 0x800CCC0F
        {TroubleKind::reset, "hr=2148322319"},
    }));
    TextSink sink;
    Options chosen = options(true);
    chosen.dialect = Dialect::oe_6;
    Writer writer{sink, chosen};
    Show show{writer};
    show(Connecting{"h", 25, "192.0.2.1"});
    show(Trouble{kind, faults::Stage::mail});
    show(closed);
    CHECK(sink.text.find(number) != std::string::npos);
}

TEST_CASE("a login is never shown", "[smtplog]") {
    CHECK(block({Received{faults::Stage::auth, "AUTH PLAIN AGphbmUAc2VjcmV0\r\n"}}) ==
          "[tx] AUTH PLAIN ********\r\n");
    CHECK(block({Received{faults::Stage::auth, "auth  login  amFuZQ==\r\n"}}).find("amFuZQ") ==
          std::string::npos);
    CHECK(block({Received{faults::Stage::auth, "AUTH LOGIN\r\n"},
                 Sent{faults::Stage::auth, "334 VXNlcm5hbWU6\r\n"},
                 Received{faults::Stage::auth, "amFuZQ==\r\n"},
                 Sent{faults::Stage::auth, "334 UGFzc3dvcmQ6\r\n"},
                 Received{faults::Stage::auth, "c2VjcmV0\r\n"},
                 Sent{faults::Stage::auth, "235 Ok\r\n"},
                 Received{faults::Stage::mail, "MAIL FROM:<>\r\n"}}) ==
          "[tx] AUTH LOGIN\r\n[rx] 334 VXNlcm5hbWU6\r\n[tx] ********\r\n"
          "[rx] 334 UGFzc3dvcmQ6\r\n[tx] ********\r\n[rx] 235 Ok\r\n[tx] MAIL FROM:<>\r\n");
}

TEST_CASE("a lost carrier is a connection that was dropped", "[smtplog]") {
    Log log;
    log.show(opened);
    log.command("DATA\r\n");
    log.show(Sent{faults::Stage::data, "354 go\r\n"});
    log.show(Content{"half of\r\n"});
    log.show(Closed{ClosedBy::hang_up, 0, 0, 0});
    const std::string& text = log.sink.text;
    CHECK(text.find("[tx] \r\n.\r\n") == std::string::npos);
    CHECK(text.find("ERROR") == std::string::npos); // this product logs none
    Options chosen = options(true);
    chosen.dialect = Dialect::oe_5;
    TextSink sink;
    Writer writer{sink, chosen};
    Show show{writer};
    show(opened);
    show(Closed{ClosedBy::hang_up, 0, 0, 0});
    CHECK(sink.text.find("ERROR: \"") < sink.text.find("' closed."));
}

TEST_CASE("a host that the name server does not know is a failure, reported once", "[smtplog]") {
    Options chosen = options(true);
    chosen.dialect = Dialect::oe_5;
    TextSink sink;
    Writer writer{sink, chosen};
    sink.take();
    Show show{writer};
    for (int i = 0; i < 3; ++i) show(Lookup{"mail.test", "nxdomain"}, {}, 0);
    CHECK(sink.text.find("Connecting to 'mail.test'") != std::string::npos);
    CHECK(sink.text.find("ERROR: \"") != std::string::npos);
    CHECK(sink.text.find("Connecting") == sink.text.rfind("Connecting"));
    sink.take();
    show(Lookup{"mail.test", "10.64.0.25"}, {}, 0);
    CHECK(sink.text.empty());
    show(Lookup{"mail.test", "servfail"}, {}, 0);
    CHECK(!sink.text.empty());
}
