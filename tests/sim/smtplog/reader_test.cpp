#include "sim/smtplog/reader.hpp"

#include "core/rng.hpp"
#include "tests/sim/smtplog/logs.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using Lines = std::vector<std::string>;

namespace {

std::string with_lf(std::string text) {
    std::erase(text, '\r');
    return text;
}

constexpr std::string_view head = "SMTP: 17:22:29 [rx] 220 ready\r\n";

Lines oddities(std::string_view more) {
    return ReadLog{std::string(head) + std::string(more)}.oddities;
}
Lines entries(std::string_view log) { return ReadLog{log}.entries; }

} // namespace

TEST_CASE("every line of the article's log is read: header, times, kinds, the dot", "[reader]") {
    const ReadLog read{article_log};
    REQUIRE(read.entries.size() == 25);
    CHECK(read.format == Format::smtp_log);
    CHECK(read.oddities.empty());
    CHECK(read.entries[0] == "1 product Microsoft(r) Plus! for Windows(r) 95 4.70.1155");
    CHECK(read.entries[1] == "2 started SMTP Log started at Thu Aug 01 17:22:27");
    CHECK(read.entries[2] == "3 62548 db Connecting to 'smtp.host.com'.");
    CHECK(read.entries[4].starts_with("5 62549 rx 220 smtp.host.com ESMTP"));
    CHECK(read.entries[19] == "20 62550 tx ");
    CHECK(read.entries[20] == "21 end-of-data .");
    CHECK(read.entries[24] == "25 62550 db Connection to 'smtp.host.com' closed.");
}

TEST_CASE("LF ends a line as CR LF does", "[reader]") {
    CHECK(ReadLog{with_lf(article_log)}.entries == ReadLog{article_log}.entries);
}

TEST_CASE("tag, time and the space after the kind may be missing", "[reader]") {
    CHECK(entries("[rx] 220 ready\n") == Lines{"1 rx 220 ready"});
    CHECK(entries("SMTP: [rx] 220 ready\n") == Lines{"1 rx 220 ready"});
    CHECK(entries("SMTP: 00:00:00 [tx]\n") == Lines{"1 0 tx "});
    CHECK(entries("SMTP: 23:59:60 [tx] X\n") == Lines{"1 86400 tx X"});
    CHECK(entries("SMTP: 24:00:00 [tx] X\n").empty());
    CHECK(entries("SMTP: 17:60:00 [tx] X\n").empty());
}

TEST_CASE("the article as it is printed: numbered, and line 05 wrapped", "[reader]") {
    const ReadLog read{"04) [db] srv_addr = nnn.nnn.nnn.nnn\n"
                       "05) [rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22\n"
                       "    -0700\n"
                       "06) [tx] EHLO smtp-client\n"};
    REQUIRE(read.entries.size() == 4);
    CHECK(read.entries[2] == "3 continuation     -0700");
    CHECK(read.entries[3] == "4 tx EHLO smtp-client");
    CHECK(read.oddities == Lines{"3 wrapped-line"});
}

TEST_CASE("a log starts with a protocol's name, and with no other four octets", "[reader]") {
    CHECK(entries("POP3 Log started at 08/01/1996 17:22:27\n") ==
          Lines{"1 started POP3 Log started at 08/01/1996 17:22:27"});
    CHECK(entries("S\x1cTP Log started at 08/01/1996 17:22:27\n").empty());
    CHECK(entries("SMT").empty());
}

TEST_CASE("a short line is not wrapped: what follows is no line of the log", "[reader]") {
    CHECK(oddities("-0700\r\n") == Lines{"2 not-a-log-line"});
}

TEST_CASE("a dot is the end of data only where a message can end", "[reader]") {
    CHECK(entries(".\r\n").empty());
    CHECK(entries("[tx] \r\n.\r\n") == Lines{"1 tx ", "2 end-of-data ."});
}

TEST_CASE("oddities carry their line, and the log goes on after them", "[reader]") {
    using namespace std::string_literals;
    CHECK(oddities("POP3: 17:22:30 [rx] +OK\r\n") == Lines{"2 other-protocol"});
    CHECK(oddities("IMAP: 17:22:30 [rx] * OK\r\n") == Lines{"2 other-protocol"});
    CHECK(oddities("SMTP: 17:22:30 [xx] what\r\n") == Lines{"2 unknown-mark"});
    CHECK(oddities("[tx] A\0B\r\n"s) == Lines{"2 nul"});
    CHECK(oddities("[tx] A\rB\r\n") == Lines{"2 bare-cr"});
    CHECK(oddities("[tx] QUI") == Lines{"2 cut-off"});
    const ReadLog read{std::string(head) + "garbage\r\n[tx] QUIT\r\n"};
    CHECK(read.entries == Lines{"1 62549 rx 220 ready", "3 tx QUIT"});
    CHECK(read.oddities == Lines{"2 not-a-log-line"});
}

TEST_CASE("empty lines are nothing odd", "[reader]") {
    CHECK(oddities("\r\n\r\n[tx] QUIT\r\n").empty());
}

TEST_CASE("a line is kept to its limit and no further", "[reader]") {
    const std::string fits(Reader::line_octets_max - 5, 'x');
    ReadLog read{"[rx] " + fits + "\r\n[tx] QUIT\r\n"};
    CHECK(read.oddities.empty());
    CHECK(read.entries == Lines{"1 rx " + fits, "2 tx QUIT"});
    read = ReadLog{"[rx] " + fits + std::string(1'000'000, 'y') + "\r\n[tx] QUIT\r\n"};
    CHECK(read.oddities == Lines{"1 line-too-long"});
    CHECK(read.entries == Lines{"1 rx " + fits, "2 tx QUIT"});
}

TEST_CASE("a log comes in any pieces", "[reader]") {
    const std::string log = article_log + "garbage\r\nSMTP: 17:22:30 [tx] \xe9\r\n[tx] cut";
    const ReadLog whole{log};
    Rng dice{155455, "pieces"};
    for (int round = 0; round < 50; ++round) {
        LogItem reported;
        Reader reader{reported};
        for (std::size_t at = 0; at < log.size();) {
            const std::size_t octets = 1 + dice.below(round == 0 ? 1 : 60);
            reader.give(std::string_view(log).substr(at, octets));
            at += octets;
        }
        reader.finish();
        CHECK(reported.entries == whole.entries);
        CHECK(reported.oddities == whole.oddities);
    }
}

TEST_CASE("other programs' files are no log", "[reader]") {
    for (const std::string_view text :
         {"", "\n", "Nov 24 12:00:00 host postfix/smtp[1]: connect to mail\n",
          "[2023-12-14 12:52:19] DEBUG Sending mail\n", "GET / HTTP/1.1\r\n",
          "\x7f"
          "ELF\x02\x01"}) {
        const ReadLog read{text};
        CAPTURE(text);
        CHECK_FALSE(read.format.has_value());
        CHECK(read.entries.empty());
    }
}

TEST_CASE("a line that is not UTF-8 is of the code page, where one is given", "[reader]") {
    const std::string log = "[rx] 220 caf\xe9\r\n[rx] 250 caf\xc3\xa9\r\n";
    CHECK(ReadLog{log}.entries == Lines{"1 rx 220 caf\xe9", "2 rx 250 caf\xc3\xa9"});
    CHECK(ReadLog{log}.oddities.empty());
    const ReadLog western{log, "windows-1252"};
    CHECK(western.entries == Lines{"1 rx 220 caf\xc3\xa9", "2 rx 250 caf\xc3\xa9"});
    CHECK(western.oddities == Lines{"1 code-page"});
    CHECK(ReadLog{log, "windows-1251"}.entries.front() == "1 rx 220 caf\u0439");
    CHECK(ReadLog{"[rx] 220 \x81\r\n", "windows-1252"}.entries.front() == "1 rx 220 \uFFFD");
}

TEST_CASE("a file of UTF-16 is known by its mark, a UTF-8 mark is left out", "[reader]") {
    std::string little = "\xff\xfe", big = "\xfe\xff";
    for (const char c : article_log) {
        little += {c, '\0'};
        big += {'\0', c};
    }
    CHECK(ReadLog{little}.entries == ReadLog{article_log}.entries);
    CHECK(ReadLog{little}.oddities == Lines{"1 utf-16"});
    CHECK(ReadLog{big}.entries == ReadLog{article_log}.entries);
    CHECK(entries("\xef\xbb\xbf[rx] 220 ready\n") == Lines{"1 rx 220 ready"});
}

TEST_CASE("a swaks transcript is read", "[reader]") {
    const ReadLog read{"=== Connected to 127.0.0.1.\n"
                       "<-  220 ready\n"
                       " -> EHLO me\n"
                       "<** 550 5.1.1 no\n"
                       " ~> QUIT\n"
                       "<~  221 bye\n"
                       " -> .\n"
                       " -> \n"
                       "*** Remote host closed connection unexpectedly.\n"};
    CHECK(read.format == Format::swaks);
    CHECK(read.entries == Lines{"1 db Connected to 127.0.0.1.", "2 rx 220 ready", "3 tx EHLO me",
                                "4 rx 550 5.1.1 no", "5 tx QUIT", "6 rx 221 bye", "7 end-of-data .",
                                "8 tx ", "9 db Remote host closed connection unexpectedly."});
}

TEST_CASE("what curl -v prints is read", "[reader]") {
    const ReadLog read{"*   Trying 127.0.0.1:2525...\n"
                       "* Connected to 127.0.0.1 (127.0.0.1) port 2525 (#0)\n"
                       "< 220 ready\n"
                       "> EHLO me\n"
                       "} [87 bytes data]\n"
                       "{ [5 bytes data]\n"
                       "* Closing connection 0\n"};
    CHECK(read.format == Format::curl);
    CHECK(read.entries == Lines{"1 db   Trying 127.0.0.1:2525...",
                                "2 db Connected to 127.0.0.1 (127.0.0.1) port 2525 (#0)",
                                "3 rx 220 ready", "4 tx EHLO me", "5 end-of-data .",
                                "7 db Closing connection 0"});
}

TEST_CASE("curl's progress meter is no part of what it said", "[reader]") {
    constexpr std::string_view heading =
        "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
        "                                 Dload  Upload   Total   Spent    Left  Speed\n";
    constexpr std::string_view meter =
        "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";
    constexpr std::string_view last =
        "\r100 1024k    0     0  100 1024k      0   142M --:--:-- --:--:-- --:--:--  142M";
    const ReadLog read{std::string(heading) + std::string(meter) +
                       "*   Trying 127.0.0.1:2525...\n< 220 ready\n" + std::string(meter) +
                       std::string(last) + "> EHLO me\n" + std::string(last) + "\n> QUIT\n"};
    CHECK(read.oddities.empty());
    CHECK(read.entries ==
          Lines{"3 db   Trying 127.0.0.1:2525...", "4 rx 220 ready", "5 tx EHLO me", "7 tx QUIT"});
    CHECK(ReadLog{"< 220 ready\n\r100> QUIT\n"}.oddities == Lines{"2 bare-cr", "2 not-a-log-line"});
}

TEST_CASE("JSON lines are read, and only those with kind and text", "[reader]") {
    const ReadLog read{
        R"({"line":5,"time":"17:22:29","kind":"rx","text":"220 caf\u00e9 \"x\" \ud83d\ude00"})"
        "\n"
        R"({"kind":"rx"})"
        "\n"
        R"({"kind":"zz","text":""})"
        "\n"
        R"({"kind":"tx","text":"QUIT"}x)"
        "\n"};
    CHECK(read.format == Format::json_lines);
    CHECK(read.entries == Lines{"1 62549 rx 220 café \"x\" 😀"});
    CHECK(read.oddities == Lines{"2 not-a-log-line", "3 not-a-log-line", "4 not-a-log-line"});
}

TEST_CASE("CSV is read after its first line", "[reader]") {
    const ReadLog read{"line,time,kind,text\n"
                       "1,17:22:29,rx,\"250 a, \"\"b\"\"\"\n"
                       "2,,tx,QUIT\n"
                       "3,,zz,QUIT\n"
                       "4,,tx\n"};
    CHECK(read.format == Format::csv);
    CHECK(read.entries == Lines{"2 62549 rx 250 a, \"b\"", "3 tx QUIT", "5 tx "});
    CHECK(read.oddities == Lines{"4 not-a-log-line"});
    CHECK_FALSE(ReadLog{"1,,rx,220 ready\n"}.format.has_value());
}

TEST_CASE("the message of a swaks transcript is no conversation", "[reader]") {
    CHECK(entries("<-  354 Go\n -> Subject: x\n -> \n -> QUIT\n -> .\n<-  354 Still\n -> QUIT\n") ==
          Lines{"1 rx 354 Go", "2 content Subject: x", "3 content ", "4 content QUIT",
                "5 end-of-data .", "6 rx 354 Still", "7 tx QUIT"});
}
