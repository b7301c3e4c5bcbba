#include "tests/kb155455.hpp"

#include "sim/journal/json_lines.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "sim/smtplog/writer.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

using namespace smtpsim;

namespace {

/// Runs the article's conversation with `view` watching; returns what the server said to each line.
void converse(journal::View& view, std::uint64_t seed) {
    const profiles::Profile profile = built_in("post-office-1996");
    journal::Journal journal;
    journal.add(view);
    server::Instance run{profile, seed, journal, nullptr};
    server::MemoryEndpoint link{run, kb155455::now};
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
    CHECK(sink.text == kb155455::bare_log("127.0.0.1"));
}

TEST_CASE("one seed makes one Journal, another seed another", "[determinism]") {
    const auto journal_with = [](std::uint64_t seed) {
        const profiles::Profile profile = built_in("esmtp");
        journal::TextSink sink;
        journal::JsonLines view{sink};
        journal::Journal journal;
        journal.add(view);
        server::Instance run{profile, seed, journal, nullptr};
        server::MemoryEndpoint link{run, kb155455::now};
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
