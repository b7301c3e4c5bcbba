#include "sim/client/replies.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::client;

namespace {

Reply reply_of(std::string_view octets) {
    Replies replies;
    replies.give(octets);
    while (auto line = replies.line())
        if (auto reply = replies.add(*std::move(line))) return *std::move(reply);
    FAIL("no whole reply");
    return {};
}

} // namespace

TEST_CASE("a reply of several lines is one", "[replies]") {
    const Reply reply = reply_of("250-smtp.host.com\r\n250-SIZE 1000\r\n250 HELP\r\n");
    CHECK(reply.code == 250);
    CHECK(reply.positive());
    CHECK(reply.line == "250 HELP");
    CHECK(reply.lines == std::vector<std::string>{"smtp.host.com", "SIZE 1000", "HELP"});
}

TEST_CASE("a reply is whole with its last line", "[replies]") {
    Replies replies;
    replies.give("250-a\r\n250");
    CHECK_FALSE(replies.add(*replies.line()).has_value());
    CHECK(replies.in_reply());
    CHECK_FALSE(replies.line().has_value());
    CHECK(replies.pending());
    replies.give("\r\n");
    CHECK(replies.add(*replies.line())->code == 250);
    CHECK_FALSE(replies.pending());
}

TEST_CASE("LF ends a line too, and what has no code is code 0", "[replies]") {
    CHECK(reply_of("250 ok\n").line == "250 ok");
    CHECK(reply_of("+OK\r\n").code == 0);
}

TEST_CASE("a line is read whole up to its limit, and cut there", "[replies]") {
    const std::string longest(Replies::line_octets_max, 'x');
    Replies replies;
    replies.give(longest + "\r\n");
    CHECK(replies.line() == longest);
    replies.clear();
    replies.give(longest + "yyy");
    CHECK(replies.line() == longest);
    replies.give("\r\n");
    CHECK(replies.line() == "yyy");
}
