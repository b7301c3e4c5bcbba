#include "smtp/parameter.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::smtp;

TEST_CASE("parameters come off one by one, and what is none stops them", "[parameter]") {
    std::string_view rest = "SIZE=1000  BODY=8BITMIME SMTPUTF8 =x";
    CHECK(next_parameter(rest)->value == "1000");
    CHECK(next_parameter(rest)->keyword == "BODY");
    const auto flag = next_parameter(rest);
    CHECK(flag->keyword == "SMTPUTF8");
    CHECK(flag->value.empty());
    CHECK_FALSE(next_parameter(rest).has_value());
    CHECK(rest == " =x");
}

TEST_CASE("a parameter is known by its keyword and, where two rows have it, by its value",
          "[parameter]") {
    const KnownParameter text = known_parameter({"body", "8bitmime"}, true);
    REQUIRE(text.row != nullptr);
    CHECK(text.valid);
    CHECK(text.row->extension == Extension::eight_bit_mime);
    const KnownParameter binary = known_parameter({"BODY", "BINARYMIME"}, true);
    CHECK(binary.row->extension == Extension::binarymime);
    CHECK(binary.sets == text.sets); // a command has one of them
    CHECK_FALSE(known_parameter({"BODY", "OTHER"}, true).valid);
    CHECK(known_parameter({"NOTIFY", "NEVER"}, true).row == nullptr); // it is of RCPT
    CHECK(known_parameter({"NOTIFY", "NEVER"}, false).valid);
}
