// Every entry of the catalogue, over a real socket: what a plain client hears, in which segments,
// how late, and how the connection ends, is what the entry says and what the memory endpoint gives.
#include "profiles/build/catalogue.hpp"

#include "sim/journal/journal.hpp"
#include "sim/net/socket.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "tests/profile.hpp"
#include "tests/sim/net/serving.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

using namespace smtpsim;
using namespace std::chrono_literals;
using faults::Stage;
using profiles::CatalogueEntry;

namespace {

constexpr int speed = 2000; // ten minutes pass in 0.3 seconds
constexpr int sessions_max = 40;
constexpr std::size_t octets_enough = 20'000; // some entries never end

struct Exchange {
    std::string sent, heard;
    Duration took{0};
};
struct Session {
    std::vector<Exchange> exchanges;
    std::size_t segments = 0;
    server::Ending ending = server::Ending::none;
    bool half_closed = false;
    bool within_tls = false; // then a socket would show other octets
};

/// It takes a client that says nothing for a while.
bool needs_idling(const CatalogueEntry& entry) {
    for (const faults::Fault& fault : profiles::entry_faults(entry))
        if (fault.at.count() == 1 && fault.at.test(static_cast<std::size_t>(Stage::idle)))
            return true;
    return false;
}

profiles::Profile profile_with(const CatalogueEntry& entry) {
    profiles::Profile profile = built_in(entry.profile);
    profile.server.hostname = "smtp.host.com";
    profile.faults = profiles::entry_faults(entry);
    // At this speed a busy machine would make any client idle.
    if (!needs_idling(entry)) profile.server.limits.idle = 100h;
    return profile;
}

/// A client that does what an entry needs, and gives up where it hears nothing.
class PlainClient {
public:
    PlainClient(server::Instance& run, const CatalogueEntry& entry)
        : entry_(entry), link_(run, Tick{}) {
        session_.exchanges.push_back({"", link_.greeting(), link_.now() - Tick{}});
    }

    Session deliver() {
        if (session_.exchanges.front().heard.empty()) return finish();
        if (code() / 100 == 2) converse();
        if (!session_.exchanges.back().heard.empty()) say("QUIT\r\n");
        return finish();
    }

private:
    void converse() {
        const bool lmtp = entry_.profile == "lmtp";
        if (!say(lmtp ? "LHLO client.test\r\n" : "EHLO client.test\r\n")) return;
        if (!lmtp && code() / 100 == 5 && !say("HELO client.test\r\n")) return;
        if (needs_idling(entry_)) idle();
        for (const std::string& command : entry_.client)
            if (!needs_recipients(command) && !say(command + "\r\n")) return;
        if (!say("MAIL FROM:<jdoe@somewhere.com>\r\n")) return;
        bool accepted = false;
        for (const std::string_view name : {"janed", "johns"}) {
            if (!say("RCPT TO:<" + std::string(name) + "@elsewhere.com>\r\n")) return;
            accepted |= code() / 100 == 2;
        }
        for (const std::string& command : entry_.client)
            if (needs_recipients(command) && !say(command + "\r\n")) return;
        if (!accepted || !say("DATA\r\n") || code() != 354) return;
        std::string content = "Subject: a message\r\nFrom: <jdoe@somewhere.com>\r\n\r\n";
        while (content.size() < 5000) content += "All work and no play makes a dull message.\r\n";
        say(content + ".\r\n");
    }

    static bool needs_recipients(const std::string& command) {
        return command.starts_with("BDAT") || command.starts_with("BURL") || command == "DATA" ||
               command == ".";
    }

    /// False: nothing was heard, or the connection is over.
    bool say(const std::string& octets) {
        if (link_.ending() != server::Ending::none) return false;
        const Tick before = link_.now();
        std::string heard = link_.say(octets);
        if (link_.handshake()) { // the handshake is sim/tls's business, and tested there
            session_.within_tls = true;
            link_.secure();
            link_.say("EHLO client.test\r\n");
        }
        const Tick after = heard.empty() ? link_.now() : link_.said_at();
        session_.exchanges.push_back({octets, std::move(heard), after - before});
        return !session_.exchanges.back().heard.empty();
    }
    void idle() { session_.exchanges.push_back({"", link_.pass(5min), 5min}); }
    int code() const {
        const auto said = smtp::code_said(session_.exchanges.back().heard);
        return said ? said->value() : 0;
    }
    Session finish() {
        session_.ending = link_.ending();
        session_.half_closed = link_.half_closed();
        session_.segments = link_.segments();
        return session_;
    }

    const CatalogueEntry& entry_;
    server::MemoryEndpoint link_;
    Session session_;
};

void sleep(Duration simulated) { std::this_thread::sleep_for(simulated / speed); }

void compare(const Session& expected, net::Serving& serving) {
    const auto began = std::chrono::steady_clock::now();
    net::ClientSocket client = serving.connect();
    bool heard_all = true;
    Duration due{}; // of all until now: a busy machine may let this client begin one exchange late
    for (const Exchange& exchange : expected.exchanges) {
        CAPTURE(exchange.sent);
        client.send(exchange.sent);
        if (exchange.heard.empty()) {
            heard_all = false; // the client's patience ends here
            if (expected.ending == server::Ending::none) sleep(10min);
        }
        const std::string_view heard = std::string_view(exchange.heard).substr(0, octets_enough);
        CHECK(client.read(heard.size()) == heard);
        if (heard.size() == octets_enough) return; // the client has had enough and hangs up
        const Duration took = std::chrono::duration_cast<Duration>(
            (std::chrono::steady_clock::now() - began) * speed);
        due += exchange.took;
        if (!exchange.heard.empty()) CHECK(took + 1s >= due);
    }
    switch (expected.ending) {
    case server::Ending::reset: CHECK(client.end() == "RST"); break;
    case server::Ending::none:
        if (!heard_all) CHECK(client.now() == (expected.half_closed ? "FIN" : "silence"));
        break;
    default: CHECK(client.end() == "FIN");
    }
    if (net::keeps_segments) CHECK(client.segments() >= expected.segments);
}

std::vector<std::string> lines_heard(const std::vector<Session>& sessions) {
    std::vector<std::string> out;
    for (const Session& session : sessions) {
        std::string all;
        for (const Exchange& exchange : session.exchanges) all += exchange.heard;
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = std::min(all.find_first_of("\r\n", at), all.size());
            out.push_back(all.substr(at, end - at));
            at = end + 1;
        }
    }
    return out;
}

} // namespace

TEST_CASE("every catalogued failure happens on the wire as its entry says", "[catalogue][net]") {
    for (const CatalogueEntry& entry : profiles::catalogue()) {
        if (entry.of_a_modem()) continue; // tests/serial/call has those
        CAPTURE(entry.id);
        const profiles::Profile profile = profile_with(entry);
        journal::Journal journal;
        server::Instance run{profile, kb155455::seed, journal, nullptr};
        std::vector<Session> sessions;
        const auto fired = [&] {
            for (const auto& total : run.engine().totals())
                if (total.fires > 0) return true;
            return false;
        };
        do sessions.push_back(PlainClient{run, entry}.deliver());
        while (!fired() && sessions.size() < sessions_max);
        CHECK(fired());

        std::size_t next = 0;
        const auto lines = lines_heard(sessions);
        for (const std::string& logged : entry.log) {
            if (!logged.starts_with("[rx] ")) continue;
            CAPTURE(logged);
            while (next < lines.size() && lines[next] != logged.substr(5)) ++next;
            CHECK(next < lines.size());
        }

        // A rate is exceeded by sessions that follow each other closely.
        const bool counts_rate = std::ranges::any_of(
            profile.faults, [](const faults::Fault& fault) { return fault.when.rate.has_value(); });
        net::Serving serving{profile, {}, net::Clock{Tick{}, counts_rate ? 1 : speed}};
        if (std::ranges::none_of(sessions, &Session::within_tls))
            for (const Session& session : sessions) compare(session, serving);
    }
}
