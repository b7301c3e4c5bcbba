// A healthy reply that leaves at once is rendered straight into the octets to be sent; any other is
// a step of a Plan. Both ways give the same octets, segments, ends and Journal.
#include "profiles/build/catalogue.hpp"
#include "profiles/built_in/built_in.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "tests/faults/server.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <array>
#include <string>
#include <vector>

using namespace smtpsim;
using namespace std::chrono_literals;

namespace {

std::string body() {
    std::string out = "Subject: a message\r\nFrom: <jdoe@somewhere.com>\r\n\r\n";
    while (out.size() < 5000) out += "All work and no play makes a dull message.\r\n";
    return out + ".\r\n";
}

/// What a client sends, each piece once the server has answered the one before.
const std::array<std::vector<std::string>, 3>& dialogues() {
    static const std::array<std::vector<std::string>, 3> all{{
        {"EHLO c.test\r\n", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n", "MAIL FROM:<jdoe@somewhere.com>\r\n",
         "RCPT TO:<janed@elsewhere.com>\r\n", "RCPT TO:<johns@elsewhere.com>\r\n", "DATA\r\n",
         body(), "VRFY a\r\n", "RSET\r\n", "QUIT\r\n"},
        {"EHLO c.test\r\nMAIL FROM:<jdoe@somewhere.com>\r\nRCPT TO:<janed@elsewhere.com>\r\n"
         "DATA\r\n",
         body() + "NOOP\r\nEXPN b\r\nHELP\r\nXYZ\r\nQUIT\r\n"},
        {"LHLO c.test\r\n", "EHLO c.test\r\n", "STARTTLS\r\n", "EHLO c.test\r\n", "AUTH LOGIN\r\n",
         "amFuZQ==\r\n", "c2VjcmV0\r\n", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n",
         "MAIL FROM:<jdoe@somewhere.com>\r\n", "RCPT TO:<janed@elsewhere.com>\r\n",
         "BDAT 5\r\nabcde", "BDAT 3 LAST\r\nabc", "pause"},
    }};
    return all;
}

/// All that a session with this profile shows.
std::string shown(const profiles::Profile& profile, const std::vector<std::string>& dialogue,
                  bool straight, bool store_is_full = false) {
    journal::Journal journal;
    journal::TextSink sink;
    journal::JsonLines lines{sink};
    journal.add(lines);
    faults::test::Keeping store;
    store.full = store_is_full;
    server::Instance run{profile, 155455, journal, &store};
    run.set_replies_straight(straight);
    server::MemoryEndpoint link{run, Tick{}};
    for (const std::string& piece : dialogue) {
        if (link.ending() != server::Ending::none) break;
        if (piece == "pause")
            link.pass(6min);
        else
            link.say(piece);
        if (link.handshake()) link.secure();
    }
    link.close();
    std::string out = link.said() + "\nsegments " + std::to_string(link.segments());
    for (const std::size_t cut : link.cuts()) out += ' ' + std::to_string(cut);
    out += "\nending " + std::to_string(static_cast<int>(link.ending()));
    out += "\nend " + std::to_string(link.now().time_since_epoch().count());
    return out + '\n' + sink.text;
}

void compare(const profiles::Profile& profile, bool store_is_full = false) {
    for (const std::vector<std::string>& dialogue : dialogues()) {
        CAPTURE(dialogue.front());
        const std::string straight = shown(profile, dialogue, true, store_is_full);
        const bool same = straight == shown(profile, dialogue, false, store_is_full);
        CHECK(same);
    }
}

} // namespace

TEST_CASE("a reply is the same straight and as a step, with every catalogued failure", "[server]") {
    for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
        if (entry.of_a_modem()) continue;
        CAPTURE(entry.id);
        profiles::Profile profile = built_in(entry.profile);
        profile.faults = profiles::entry_faults(entry);
        compare(profile);
    }
}

TEST_CASE("a reply is the same straight and as a step, with every healthy server", "[server]") {
    for (const auto& each : profiles::built_in_profiles()) {
        CAPTURE(each.name);
        const profiles::Profile profile = built_in(std::string(each.name));
        compare(profile);
        compare(profile, true);
    }
}

TEST_CASE("a login is recorded after the reply that leaves at once, closing or not", "[server]") {
    const profiles::Profile profile =
        profile_of("server:\n  auth: {users: {jane: secret}}\n  limits: {errors: 2}\n");
    compare(profile);
    const std::string text =
        shown(profile, {"EHLO c.test\r\n", "AUTH PLAIN AGphbmUAc2VjcmV0\r\n", "QUIT\r\n"}, true);
    const std::size_t sent = text.find("\"stage\":\"auth\",\"octets\":\"235");
    REQUIRE(sent != std::string::npos);
    CHECK(text.find("\"event\":\"logged-in\"") > sent);
}
