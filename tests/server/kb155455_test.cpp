#include "tests/kb155455.hpp"

#include "sim/journal/json_lines.hpp"
#include "sim/server/memory.hpp"
#include "sim/smtplog/writer.hpp"
#include "tests/catch.hpp"
#include "tests/journal/text_sink.hpp"
#include "tests/profile.hpp"

using namespace smtpsim;

namespace {

/// Runs the article's conversation with `view` watching; returns what the server said to each line.
void converse(journal::View& view, std::uint64_t seed) {
    const profiles::Profile profile = built_in("post-office-1996");
    journal::Journal journal;
    journal.add(view);
    server::Run run{profile, seed, journal, nullptr};
    server::MemoryLink link{run, kb155455::now};
    for (const auto& [client, server] : kb155455::conversation)
        CHECK((client.empty() ? link.greeting() : link.say(client)) == server);
    CHECK(link.ending() == server::Ending::quit);
}

} // namespace

TEST_CASE("the server says lines 05 to 24 of KB155455 byte for byte", "[kb155455]") {
    journal::TextSink sink;
    journal::JsonLines view{sink};
    converse(view, kb155455::seed);
}

TEST_CASE("the Smtp.log of that conversation is the article's, lines 01 to 25", "[kb155455]") {
    journal::TextSink sink;
    {
        smtplog::Writer view{sink,
                             {.zone = std::chrono::hours{-5},
                              .started = Tick{std::chrono::seconds{838'938'147}},
                              .bare = true}};
        converse(view, kb155455::seed);
    }
    CHECK(sink.text ==
          "Microsoft(r) Plus! for Windows(r) 95 4.70.1155\r\n"
          "SMTP Log started at Thu Aug 01 17:22:27\r\n"
          "[db] Connecting to 'smtp.host.com'.\r\n"
          "[db] srv_addr = 127.0.0.1\r\n"
          "[rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 -0700\r\n"
          "[tx] EHLO smtp-client\r\n"
          "[rx] 250-smtp.host.com\r\n"
          "[rx] 250-HELP\r\n"
          "[rx] 250-EXPN\r\n"
          "[rx] 250-XREMOTEQUEUE\r\n"
          "[rx] 250 PIPELINING\r\n"
          "[tx] RSET\r\n"
          "[rx] 250 Ok resetting state\r\n"
          "[tx] MAIL FROM:<jdoe@somewhere.com>\r\n"
          "[rx] 250 Sender <jdoe@somewhere.com> Ok\r\n"
          "[tx] RCPT TO:<janed@elsewhere.com>\r\n"
          "[rx] 250 Recipient <janed@elsewhere.com> Ok\r\n"
          "[tx] DATA\r\n"
          "[rx] 354 Ok Send data ending with <CRLF>.<CRLF>\r\n"
          "[tx] \r\n"
          ".\r\n"
          "[rx] 250 Message received: 19960801222422078.AAA43@smtp-client\r\n"
          "[tx] QUIT\r\n"
          "[rx] 221 smtp.host.com ESMTP server closing connection\r\n"
          "[db] Connection to 'smtp.host.com' closed.\r\n");
}

TEST_CASE("one seed makes one Journal, another seed another", "[determinism]") {
    const auto journal_with = [](std::uint64_t seed) {
        const profiles::Profile profile = built_in("esmtp");
        journal::TextSink sink;
        journal::JsonLines view{sink};
        journal::Journal journal;
        journal.add(view);
        server::Run run{profile, seed, journal, nullptr};
        server::MemoryLink link{run, kb155455::now};
        link.say("EHLO a\r\n");
        link.say("MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n");
        link.say("Hello\r\n.\r\n");
        link.close();
        return sink.text;
    };
    const std::string first = journal_with(1);
    for (int i = 0; i < 1'000; ++i) REQUIRE(journal_with(1) == first);
    CHECK(journal_with(2) != first);
}
