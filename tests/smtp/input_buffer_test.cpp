#include "smtp/input_buffer.hpp"

#include "tests/catch.hpp"

#include <vector>

using namespace smtpsim;
using smtp::InputBuffer;

namespace {

std::vector<std::string> lines_in_slices_of(std::size_t width, std::string_view in,
                                            bool accept_bare_lf) {
    std::vector<std::string> out;
    InputBuffer inbox;
    for (std::size_t at = 0; at < in.size(); at += width) {
        inbox.give(in.substr(at, width), Tick{});
        while (const auto line = inbox.line(8, accept_bare_lf))
            out.push_back(std::to_string(static_cast<int>(line->kind)) + std::string(line->text) +
                          (line->bare_lf ? "!" : ""));
        inbox.keep();
    }
    out.emplace_back(inbox.unread());
    return out;
}

} // namespace

TEST_CASE("lines and the pieces of overlong ones do not depend on the cut", "[inbox]") {
    const std::string_view in =
        "ab\r\n123456\r\n1234567\r\n1234567890\r\nx\ny\r\n12345678\rz\r\nrest";
    const bool accept_bare_lf = GENERATE(true, false);
    const auto whole = lines_in_slices_of(in.size(), in, accept_bare_lf);
    for (std::size_t width = 1; width < in.size(); ++width) {
        CAPTURE(width, accept_bare_lf);
        CHECK(lines_in_slices_of(width, in, accept_bare_lf) == whole);
    }
}

TEST_CASE("a line of exactly the limit is whole, one octet more is not", "[inbox]") {
    CHECK(lines_in_slices_of(99, "123456\r\n", true) == std::vector<std::string>{"0123456", ""});
    CHECK(lines_in_slices_of(99, "1234567\r\n", true) ==
          std::vector<std::string>{"11234567", "2", ""});
}

TEST_CASE("LF alone ends a line only where that is accepted", "[inbox]") {
    CHECK(lines_in_slices_of(99, "a\nb\r\n", true) == std::vector<std::string>{"0a!", "0b", ""});
    CHECK(lines_in_slices_of(99, "a\nb\r\n", false) == std::vector<std::string>{"0a\nb", ""});
}

TEST_CASE("the tick of a line is that of its first octet", "[inbox]") {
    InputBuffer inbox;
    inbox.give("NO", Tick{Duration{1}});
    CHECK_FALSE(inbox.line(100, true));
    inbox.keep();
    inbox.give("OP\r\nQUIT\r\n", Tick{Duration{2}});
    CHECK(inbox.line(100, true)->arrived == Tick{Duration{1}});
    CHECK(inbox.line(100, true)->arrived == Tick{Duration{2}});
}
