#include "serial/call/login_prompt.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using call::LoginPrompt;

namespace {

profiles::Provider provider() {
    profiles::Provider out;
    out.banner = "Small ISP";
    out.users = {{"jdoe", "secret"}};
    return out;
}

struct Dialogue {
    profiles::Provider isp = provider();
    LoginPrompt prompt{isp};
    std::string said, rest;

    LoginPrompt::Result type(std::string_view octets) {
        const LoginPrompt::Result result = prompt.on_octets(octets, said);
        rest = octets;
        return result;
    }
};

} // namespace

TEST_CASE("a login is a name with an echo and a password without one", "[login]") {
    Dialogue caller;
    caller.prompt.begin(caller.said);
    CHECK(caller.type("jdoe\r\nsecret") == LoginPrompt::Result::waits);
    CHECK(caller.type("\r~x") == LoginPrompt::Result::logged_in);
    CHECK(caller.rest == "~x");
    CHECK(caller.said == "Small ISP\r\n\r\nlogin: jdoe\r\nPassword: \r\n");
    CHECK(caller.prompt.name() == "jdoe");
}

TEST_CASE("an empty name is asked for again, and a backspace takes an octet back", "[login]") {
    Dialogue caller;
    CHECK(caller.type("\r\njx\bdoe\rsecret\r") == LoginPrompt::Result::logged_in);
    CHECK(caller.said == "\r\nlogin: jxdoe\r\nPassword: \r\n");
}

TEST_CASE("the third wrong password has no prompt after it", "[login]") {
    Dialogue caller;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        CHECK_FALSE(caller.prompt.refused());
        CHECK(caller.type("jdoe\rwrong\r") == LoginPrompt::Result::waits);
    }
    CHECK(caller.prompt.refused());
    CHECK(caller.said.ends_with("Login incorrect\r\n"));
}

TEST_CASE("a frame of PPP in place of a name ends the prompt", "[login]") {
    Dialogue caller;
    CHECK(caller.type("jd\x7e\xff") == LoginPrompt::Result::frame);
    CHECK(caller.rest == "\x7e\xff");
}

TEST_CASE("a name longer than its bound loses the rest", "[login]") {
    Dialogue caller;
    CHECK(caller.type(std::string(1000, 'a') + "\r") == LoginPrompt::Result::waits);
    CHECK(caller.prompt.name().size() == LoginPrompt::line_octets_max);
}
