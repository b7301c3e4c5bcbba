#include "smtp/content.hpp"

#include "core/rng.hpp"
#include "tests/catch.hpp"

#include <optional>

using namespace smtpsim;
using smtp::Content;
using smtp::Finding;

namespace {

struct Outcome {
    std::string text;
    std::size_t read = 0;
    bool ended = false;
    smtp::Findings findings;
    bool operator==(const Outcome& other) const {
        return text == other.text && read == other.read && ended == other.ended;
    }
};

Outcome in_slices_of(std::size_t width, std::string_view in) {
    Outcome outcome;
    Content content;
    while (outcome.read < in.size() && !content.ended())
        outcome.read += content.read(in.substr(outcome.read, width), &outcome.text);
    outcome.ended = content.ended();
    outcome.findings = content.findings();
    CHECK(content.octets() == outcome.text.size());
    CHECK(content.wire_octets() == outcome.read);
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

TEST_CASE("content is unstuffed the same however it is cut", "[content]") {
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

TEST_CASE("content agrees with the rule read off the whole text", "[content]") {
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

TEST_CASE("every other dot sequence is content, and a finding", "[content]") { // RFC 5321 §4.1.1.4
    const std::string_view in = GENERATE("a\n.\nb", "a\n.\r\nb", "a\r\n.\nb", "a\r.\r\nb",
                                         "a\r.\rb", "a\r\n.\rb", "a\n.\rb", "a\r.\nb");
    CAPTURE(in);
    Content content;
    CHECK(content.read(in, nullptr) == in.size());
    CHECK_FALSE(content.ended());
    CHECK(content.findings().has(Finding::smuggled_end));
}

TEST_CASE("what is wrong with content is found", "[content]") {
    const auto [in, finding] = GENERATE(table<std::string, std::optional<Finding>>({
        {"clean\r\n..\r\n..x\r\n", std::nullopt},
        {".x\r\n", Finding::dot_not_stuffed},
        {"a\nb\r\n", Finding::bare_lf},
        {"a\rb\r\n", Finding::bare_cr},
        {std::string("a\0b\r\n", 5), Finding::null_octet},
        {"\xc3\xa9\r\n", Finding::eight_bit_not_offered},
        {std::string(998, 'x') + "\r\n", std::nullopt},
        {std::string(999, 'x') + "\r\n", Finding::content_line_too_long},
    }));
    CAPTURE(in);
    for (const std::size_t width : {in.size(), std::size_t{1}}) {
        const smtp::Findings findings = in_slices_of(width, in).findings;
        if (finding)
            CHECK(findings.has(*finding));
        else
            CHECK_FALSE(findings.any());
    }
}

TEST_CASE("an empty message is one that ends at once", "[content]") {
    const Outcome outcome = in_slices_of(3, ".\r\n");
    CHECK(outcome.ended);
    CHECK(outcome.text.empty());
}
