#include "sim/server/memory_endpoint.hpp"

#include "tests/catch.hpp"
#include "tests/kb155455.hpp"
#include "tests/profile.hpp"

using namespace smtpsim;
using namespace smtpsim::server;
using namespace std::chrono_literals;

namespace {

struct Linked {
    explicit Linked(const std::string& rest)
        : profile(profile_of(rest)), run(profile, kb155455::seed, journal, nullptr),
          link(run, kb155455::now) {}

    profiles::Profile profile;
    journal::Journal journal;
    Instance run;
    MemoryEndpoint link;
};

} // namespace

TEST_CASE("in memory too a link takes its time", "[link]") {
    Linked far{"link: {latency: 2s}\n"};
    CHECK(far.link.greeting().starts_with("220 "));
    CHECK(far.link.now() - kb155455::now >= Duration{2s});
    const Tick before = far.link.now();
    CHECK(far.link.say("NOOP\r\n") == "250 OK\r\n");
    CHECK(far.link.now() - before >= Duration{4s});
}

TEST_CASE("a slow link in memory carries every octet", "[link]") {
    Linked slow{"link: {speed: 2400bps}\n"};
    const Tick before = slow.link.now();
    std::string many;
    for (int i = 0; i < 100; ++i) many += "NOOP\r\n";
    const std::string heard = slow.link.say(many);
    CHECK(heard.size() == 100 * std::string("250 OK\r\n").size());
    CHECK(slow.link.now() - before >= Duration{2s}); // 800 octets at 300 a second
}

TEST_CASE("a carrier lost in memory ends the session", "[link]") {
    Linked cut{"faults: [{at: noop, do: [{line: {drop-octets: 4B}}]}]\n"};
    CHECK(cut.link.say("NOOP\r\n") == "250 OK\r\n");
    cut.link.say("RSET\r\nRSET\r\n");
    CHECK(cut.link.ending() == Ending::hang_up);

    Linked hung{"faults: [{at: noop, do: [hang-up]}]\n"};
    hung.link.say("NOOP\r\n");
    CHECK(hung.link.ending() == Ending::hang_up);
}
