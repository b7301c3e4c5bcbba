#include "smtp/dot_stuffing.hpp"

#include "core/rng.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using smtp::DotUnstuffer;
using smtp::Finding;

namespace {

struct Outcome {
    std::string text;
    std::size_t read = 0;
    bool ended = false;
    bool operator==(const Outcome& other) const {
        return text == other.text && read == other.read && ended == other.ended;
    }
};

Outcome in_slices_of(std::size_t width, std::string_view in) {
    Outcome outcome;
    DotUnstuffer data;
    while (outcome.read < in.size() && !data.ended())
        outcome.read += data.read(in.substr(outcome.read, width), &outcome.text);
    outcome.ended = data.ended();
    CHECK(data.octets() == outcome.text.size());
    return outcome;
}

/// The rule of RFC 5321 §4.5.2 read off the whole text: split at CRLF, a dot in front goes.
Outcome by_the_book(std::string_view in) {
    Outcome outcome;
    std::string line;
    for (const char c : in) {
        ++outcome.read;
        line += c;
        if (!line.ends_with("\r\n")) continue;
        if (line == ".\r\n") {
            outcome.ended = true;
            return outcome;
        }
        outcome.text += line.starts_with('.') ? line.substr(1) : line;
        line.clear();
    }
    if (line == "." || line == ".\r") line.clear(); // undecided
    outcome.text += line.starts_with('.') ? line.substr(1) : line;
    return outcome;
}

} // namespace

TEST_CASE("content is unstuffed the same however it is cut", "[dot-stuffing]") {
    const std::string_view in = "Subject: x\r\n\r\n..\r\n.hidden\r\n\r\r\n\n.\n.\r.\r\n"
                                "...\r\nend\r\n.\r\nQUIT\r\n";
    const Outcome whole = in_slices_of(in.size(), in);
    CHECK(whole.ended);
    CHECK(in.substr(whole.read) == "QUIT\r\n");
    for (std::size_t width = 1; width < in.size(); ++width) {
        CAPTURE(width);
        CHECK(in_slices_of(width, in) == whole);
    }
}

TEST_CASE("content agrees with the rule read off the whole text", "[dot-stuffing]") {
    Rng rng{20'240'601, "content"};
    for (int round = 0; round < 20'000; ++round) {
        std::string in;
        for (std::uint64_t left = rng.below(14); left > 0; --left) in += ".\r\na"[rng.below(4)];
        CAPTURE(round, in);
        const Outcome expected = by_the_book(in);
        REQUIRE(in_slices_of(in.size() + 1, in) == expected);
        REQUIRE(in_slices_of(1, in) == expected);
    }
}

TEST_CASE("every other dot sequence is content, and a finding",
          "[dot-stuffing]") { // RFC 5321 §4.1.1.4
    const std::string_view in = GENERATE("a\n.\nb", "a\n.\r\nb", "a\r\n.\nb", "a\r.\r\nb",
                                         "a\r.\rb", "a\r\n.\rb", "a\n.\rb", "a\r.\nb");
    CAPTURE(in);
    DotUnstuffer data;
    CHECK(data.read(in, nullptr) == in.size());
    CHECK_FALSE(data.ended());
    CHECK(data.findings().has(Finding::smuggled_end));
}

TEST_CASE("an empty message is one that ends at once", "[dot-stuffing]") {
    const Outcome outcome = in_slices_of(3, ".\r\n");
    CHECK(outcome.ended);
    CHECK(outcome.text.empty());
}
