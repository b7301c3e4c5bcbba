#include "faults/prefilter.hpp"

#include "tests/profile.hpp"

using namespace smtpsim;
using namespace smtpsim::faults;

namespace {

/// Ten faults that wait for `key`, one that waits for nothing in their midst.
std::vector<Fault> eleven(const std::string& stage, const std::string& key) {
    std::string yaml = "faults:\n";
    for (int i = 0; i < 11; ++i)
        yaml += "  - {at: " + stage +
                (i == 5 ? ", when: {nth: 99}"
                        : ", when: {" + key + ": \"word" + std::to_string(i) + "*\"}") +
                ", do: [{reply: 450 4.0.0 no}]}\n";
    return profile_of(yaml).faults;
}

Prefilter::Indexes asked(const Prefilter& list, const smtp::ProtocolEvent& event,
                         std::string_view content = {}) {
    Prefilter::Indexes room;
    return list.at(FaultContext{Stage::other, event, {}, content, 1, {}}, room);
}

const Prefilter::Indexes all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

} // namespace

TEST_CASE("of many faults only those are asked whose text may match", "[faults]") {
    smtp::ProtocolEvent event;
    event.recipient = "WORD3@b.test";
    event.sender = "word7@a.test";
    CHECK(asked({eleven("rcpt", "recipient"), Stage::rcpt}, event) == Prefilter::Indexes{3, 5});
    CHECK(asked({eleven("rcpt", "sender"), Stage::rcpt}, event) == Prefilter::Indexes{5, 7});
    CHECK(asked({eleven("message", "body"), Stage::message}, event, "A: b\r\n\r\nword10\r\n") ==
          Prefilter::Indexes{1, 5, 10});
    CHECK(asked({eleven("rcpt", "recipient"), Stage::data}, event).empty());
}

TEST_CASE("faults are all asked where their text is not known, or they are few", "[faults]") {
    const smtp::ProtocolEvent event;
    CHECK(asked({eleven("rcpt", "recipient"), Stage::rcpt}, event) == all);
    CHECK(asked({eleven("any", "recipient"), Stage::data}, event) == all);
    std::vector<Fault> few = eleven("rcpt", "sender");
    few.resize(5);
    CHECK(asked({few, Stage::rcpt}, event) == Prefilter::Indexes{0, 1, 2, 3, 4});
}
