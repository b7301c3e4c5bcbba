#include "smtp/message_content.hpp"

#include "tests/catch.hpp"

#include <optional>

using namespace smtpsim;
using smtp::Finding;
using smtp::MessageContent;

namespace {

smtp::Findings findings_in_slices_of(std::size_t width, std::string_view in) {
    MessageContent content;
    std::string text;
    std::size_t read = 0;
    while (read < in.size() && !content.ended())
        read += content.read_data(in.substr(read, width), &text);
    CHECK(content.octets() == text.size());
    CHECK(content.wire_octets() == read);
    return content.findings();
}

} // namespace

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
        const smtp::Findings findings = findings_in_slices_of(width, in);
        if (finding)
            CHECK(findings.has(*finding));
        else
            CHECK_FALSE(findings.any());
    }
}

TEST_CASE("the final dot counts on the wire only", "[content]") {
    MessageContent content;
    CHECK(content.read_data("..a\r\n.\r\nQUIT\r\n", nullptr) == 8);
    CHECK(content.ended());
    CHECK(content.octets() == 4);
    CHECK(content.wire_octets() == 8);
}

TEST_CASE("a chunk is content as it is, its dots included", "[content]") { // RFC 3030 §2
    const std::string_view in = "a\r\n.b\r\n.\r\nc\r\n";
    for (std::size_t width = 1; width <= in.size(); ++width) {
        CAPTURE(width);
        MessageContent content;
        std::string text;
        for (std::size_t at = 0; at < in.size(); at += width)
            content.take_chunk(in.substr(at, width), &text);
        CHECK(text == in);
        CHECK(content.octets() == in.size());
        CHECK(content.wire_octets() == in.size());
        CHECK_FALSE(content.ended());
        CHECK_FALSE(content.findings().any());
    }
}

TEST_CASE("doubled dots in chunks are found where all are, or where the last is alone",
          "[content]") {
    const auto [in, found] = GENERATE(table<std::string, bool>({
        {"..a\r\n..b\r\n", true},
        {"..a\r\n.b\r\n", false},
        {"a\r\n", false},
        {"a\r\n.\r\n", true},
        {"a\r\n.\r\nb\r\n", false},
    }));
    CAPTURE(in);
    MessageContent content;
    content.take_chunk(in, nullptr);
    CHECK(content.findings().has(Finding::bdat_dots_doubled) == found);
}
