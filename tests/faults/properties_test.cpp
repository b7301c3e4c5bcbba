// Whatever a profile combines: sessions end, and how the network cuts the client's octets changes
// nothing.
#include "core/rng.hpp"
#include "tests/faults/server.hpp"

#include <array>

using namespace smtpsim;
using faults::test::Server;

namespace {

template <std::size_t N>
std::string one_of(const std::array<std::string_view, N>& choices, Rng& dice) {
    return std::string(choices.at(dice.below(N)));
}

constexpr std::array<std::string_view, 9> stages{"connect", "ehlo", "mail", "rcpt",   "data",
                                                 "message", "rset", "quit", "content"};
constexpr std::array<std::string_view, 9> conditions{"",
                                                     "nth: 2",
                                                     "every: 2",
                                                     "times: 1",
                                                     "probability: 1/2",
                                                     "rate: 1/min",
                                                     "state: initial",
                                                     "session: 1",
                                                     "elapsed: 1s"};
constexpr std::array<std::string_view, 10> shapes{
    "{segment: 2B}",  "{drip: {size: 3B, every: 20s}}",
    "{truncate: 4B}", "{truncate: {drop: 2B}}",
    "{garble: 1/4}",  "{garble: {noise: 1/4}}",
    "duplicate",      "reorder",
    "{merge: 2}",     "{delay: 1s..9min}"};
constexpr std::array<std::string_view, 10> sayings{
    "",
    "reply",
    "{reply: 450 4.0.0 no}",
    "{reply: {code: '99', end: lf}}",
    "{raw: '250-x\\r\\n|250 y\\r\\n'}",
    "{raw: {octets: 'z', times: forever, every: 1s}}",
    "drop-reply",
    "{unsolicited: 550 more}",
    "{early: 250 soon}",
    "{set: other}"};
constexpr std::array<std::string_view, 6> ends{"", "", "close", "reset", "half-close", "stall"};

/// Faults at random; what the loader refuses (nothing to shape, an effect after an end) is drawn
/// again by the caller.
std::string random_faults(Rng& dice) {
    std::string out = "faults:\n";
    for (std::uint64_t left = 1 + dice.below(4); left > 0; --left) {
        std::string effects;
        const auto add = [&](const std::string& effect) {
            if (!effect.empty()) effects += (effects.empty() ? "" : ", ") + effect;
        };
        const std::string shape = one_of(shapes, dice);
        add(one_of(sayings, dice));
        add(shape);
        add(one_of(ends, dice));
        out += "  - {at: " + one_of(stages, dice) + ", when: {" + one_of(conditions, dice) +
               "}, do: [" + effects + "]}\n";
    }
    return out;
}

std::optional<profiles::Profile> random_profile(Rng& dice) {
    auto profile = profiles::load_text(
        "smtpsim: 1\nprofile: random\n" + random_faults(dice), "random.yaml",
        [](const std::string&) -> Result<std::string> { return Failure{"no files"}; });
    if (!profile) return std::nullopt;
    return *std::move(profile);
}

const std::string dialogue = "EHLO a\r\nRSET\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\n"
                             "RCPT TO:<c@b.test>\r\nDATA\r\nSubject: x\r\n\r\nbody\r\n.\r\n"
                             "RSET\r\nQUIT\r\n";

/// The Journal of a client that sends its dialogue at one moment, in pieces.
std::string journal_of(const profiles::Profile& profile, std::size_t width) {
    journal::Journal journal;
    journal::TextSink sink;
    journal::JsonLines view{sink};
    journal.add(view);
    server::Instance run{profile, 7, journal, nullptr};
    server::Conversation conversation{run, {"memory", "127.0.0.1", "memory"}};
    server::Actions actions;
    Tick now{};
    const auto wait_until = [&](Tick until) {
        while (!conversation.ended() && conversation.deadline() <= until) {
            now = std::max(now, conversation.deadline());
            conversation.on_tick(now, actions);
        }
        now = until;
    };
    conversation.on_connect(now, actions);
    wait_until(now + std::chrono::minutes{30});
    for (std::size_t at = 0; at < dialogue.size() && !conversation.ended(); at += width)
        conversation.on_bytes(std::string_view(dialogue).substr(at, width), now, actions);
    wait_until(now + std::chrono::hours{4});
    if (!conversation.ended()) conversation.on_eof(now, actions);
    wait_until(now + std::chrono::hours{4});
    if (!conversation.ended()) conversation.on_abandoned(now);
    return sink.text;
}

} // namespace

TEST_CASE("any combination of effects ends, and any cut of the client's octets gives the same "
          "Journal",
          "[faults][property]") {
    Rng dice{155455, "properties"};
    int tried = 0;
    while (tried < 150) {
        const auto profile = random_profile(dice);
        if (!profile) continue;
        ++tried;
        CAPTURE(tried);
        const std::string whole = journal_of(*profile, dialogue.size());
        CHECK(whole.find("\"event\":\"closed\"") != std::string::npos);
        for (const std::size_t width : {1U, 7U, 64U}) REQUIRE(journal_of(*profile, width) == whole);
    }
}
