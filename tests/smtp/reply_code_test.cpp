#include "smtp/reply_code.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;

TEST_CASE("a reply code is 2-5, then 0-5, then 0-9", "[reply-code]") { // RFC 5321 §4.2
    const auto [value, valid] = GENERATE(table<int, bool>({
        {200, true},
        {354, true},
        {559, true},
        {199, false},
        {260, false},
        {600, false},
        {0, false},
        {-250, false},
    }));
    CAPTURE(value);
    CHECK(ReplyCode::from(value).has_value() == valid);
}

TEST_CASE("an enhanced code is class, subject and detail", "[reply-code]") { // RFC 3463 §2
    CHECK(parse_enhanced("4.2.0 Greylisted") == EnhancedCode{4, 2, 0});
    CHECK(parse_enhanced("5.7.999") == EnhancedCode{5, 7, 999});
    const std::string_view no = GENERATE("", "3.0.0 x", "4.2", "4.2.", "4.2.0.1 x", "4.2.1000",
                                         "4.-2.0", "4..0", "Sender ok", "10.0.0.1");
    CAPTURE(no);
    CHECK_FALSE(parse_enhanced(no).has_value());
}
