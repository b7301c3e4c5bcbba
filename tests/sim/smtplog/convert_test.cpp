#include "sim/smtplog/convert.hpp"

#include "tests/sim/smtplog/logs.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;

namespace {

std::string converted(std::string_view log, Notation to, bool bare = false) {
    struct Converter : EntryHandler {
        explicit Converter(LogConverter how) : render(how) { render.begin(text); }
        void entry(const Entry& entry) override { render.entry(entry, text); }
        void odd(std::uint64_t, Oddity) override {}
        LogConverter render;
        std::string text;
    };
    Converter converter{LogConverter{to, bare}};
    Reader reader{converter};
    reader.give(log);
    reader.finish();
    converter.render.finish(converter.text);
    return converter.text;
}

} // namespace

TEST_CASE("a log comes back from JSON lines and CSV as it was", "[render]") {
    for (const Format between : {Format::json_lines, Format::csv, Format::smtp_log}) {
        const std::string there = converted(article_log, between);
        CAPTURE(there);
        CHECK(converted(there, Dialect::imn_1_0) == article_log);
    }
}

TEST_CASE("a bare log is the article's own print", "[render]") {
    const std::string bare = converted(article_log, Dialect::imn_1_0, true);
    CHECK(bare.find("SMTP: ") == std::string::npos);
    CHECK(bare.find("\r\n[tx] \r\n.\r\n[rx] 250 Message received") != std::string::npos);
    CHECK(converted(bare, Dialect::imn_1_0, true) == bare);
}

TEST_CASE("JSON lines and CSV name line, time, kind and text", "[render]") {
    const std::string log = "SMTP: 17:22:29 [rx] 250 a, \"b\"\r\n[tx] QUIT\r\n";
    CHECK(converted(log, Format::json_lines) ==
          "{\"line\":1,\"time\":\"17:22:29\",\"kind\":\"rx\",\"text\":\"250 a, \\\"b\\\"\"}\n"
          "{\"line\":2,\"kind\":\"tx\",\"text\":\"QUIT\"}\n");
    CHECK(converted(log, Format::csv) == "line,time,kind,text\n"
                                         "1,17:22:29,rx,\"250 a, \"\"b\"\"\"\n"
                                         "2,,tx,QUIT\n");
}

TEST_CASE("transcripts look as swaks and curl print them", "[render]") {
    const std::string log = "[db] Connecting to 'h'.\n[rx] 220 h\n[tx] DATA\n[rx] 354 Go\n"
                            "[tx] \n.\n[rx] 552 Full\n";
    CHECK(converted(log, Format::swaks) == "=== Connecting to 'h'.\n<-  220 h\n -> DATA\n"
                                           "<-  354 Go\n -> .\n<** 552 Full\n");
    CHECK(converted(log, Format::curl) == "* Connecting to 'h'.\n< 220 h\n> DATA\n< 354 Go\n"
                                          "} [5 bytes data]\n< 552 Full\n");
}

TEST_CASE("a transcript becomes an Smtp.log, the message left out but for its end", "[render]") {
    CHECK(converted("=== Connected to h.\n<-  354 Go\n -> .\n<-  250 Kept\n", Dialect::imn_1_0,
                    true) ==
          "[db] Connected to h.\r\n[rx] 354 Go\r\n[tx] \r\n.\r\n[rx] 250 Kept\r\n");
}

TEST_CASE("no notation lets a line act on a terminal or forge another", "[render]") {
    const std::string log = "[rx] 220 \x1b[2J\x07 a\rb \\x41\r\n";
    for (const Notation to : std::initializer_list<Notation>{
             Dialect::imn_1_0, Format::csv, Format::swaks, Format::curl, Format::json_lines}) {
        const std::string text = converted(log, to);
        CAPTURE(text);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find('\x07') == std::string::npos);
        CHECK(text.find("a\rb") == std::string::npos);
    }
    CHECK(converted(log, Dialect::imn_1_0) == "SMTP: [rx] 220 \\x1b[2J\\x07 a\\rb \\x41\r\n");
}

TEST_CASE("a wrapped line is whole again, wherever a line is a line", "[render]") {
    const std::string log = "[rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22\n"
                            " -0700\n[tx] QUIT\n";
    const std::string whole = "220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 -0700";
    CHECK(converted(log, Dialect::imn_1_0, true) == "[rx] " + whole + "\r\n[tx] QUIT\r\n");
    CHECK(converted(log, Format::swaks) == "<-  " + whole + "\n -> QUIT\n");
}

TEST_CASE("a log becomes another product's own, as far as it says enough", "[render]") {
    const std::string oe_6 =
        "Outlook Express 6.00.2800.1106\r\n"
        "SMTP Log started at 08/01/1996 17:22:27\r\n"
        "[db] Connecting to 'smtp.host.com' on port 587.\r\n"
        "[db] srv_name = \"smtp.host.com\" srv_addr = 192.0.2.1\r\n"
        "[db] ERROR: \"The server has not responded in time.\", hr=2148322329\r\n"
        "[db] Connection to 'smtp.host.com' closed.\r\n";
    const std::string imn = "Microsoft(r) Plus! for Windows(r) 95 4.70.1155\r\n"
                            "SMTP Log started at Thu Aug 01 17:22:27\r\n"
                            "[db] Connecting to 'smtp.host.com'.\r\n"
                            "[db] srv_addr = 192.0.2.1\r\n"
                            "[db] Connection to 'smtp.host.com' closed.\r\n";
    CHECK(converted(oe_6, Dialect::oe_6, true) == oe_6);
    CHECK(converted(oe_6, Dialect::imn_1_0, true) == imn);
    CHECK(converted(imn, Dialect::imn_1_0, true) == imn);
    CHECK(converted(imn, Dialect::oe_5, true) ==
          "Outlook Express 5.50.4133.2400\r\n"
          "SMTP Log started at Thu Aug 01 17:22:27\r\n"
          "[db] Connecting to 'smtp.host.com' on port 25.\r\n"
          "[db] srv_name = \"smtp.host.com\" srv_addr = 192.0.2.1\r\n"
          "[db] Connection to 'smtp.host.com' closed.\r\n");
}

TEST_CASE("a CSV cell is no formula, and comes back as it was", "[render]") {
    for (const std::string start : {"=", "+", "-", "@", "'", "'="}) {
        const std::string log = "[tx] " + start + "cmd, x\r\n";
        const std::string cells = converted(log, Format::csv);
        CHECK(cells.find(",\"'" + start + "cmd, x\"\n") != std::string::npos);
        CHECK(converted(cells, Dialect::imn_1_0, true) == log);
    }
}
