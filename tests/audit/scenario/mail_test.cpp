#include "audit/scenario/mail.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::scenario;

namespace {

const Mail given{"jdoe@a.test", "janed@b.test", "Subject: x\n\none\n.\n\nfour\n"};

std::string what(std::string_view content,
                 const std::vector<std::string>& recipients = {given.recipient},
                 const std::string& sender = given.sender) {
    return damage(given, {sender, recipients, std::string(content)}).value_or("");
}

} // namespace

TEST_CASE("a mail that is kept as it was given has no damage", "[mail]") {
    CHECK(what("Subject: x\r\n\r\none\r\n.\r\n\r\nfour\r\n").empty());
    CHECK(what("X-Mailer: y\r\nSubject: =?x?=\r\n\r\none\r\n.\r\n\r\nfour\r\n\r\n").empty());
    CHECK(what(given.content, {"janed@B.TEST"}).empty());
    CHECK(damage(usual_mail(),
                 {"jdoe@somewhere.com", {"janed@elsewhere.com"}, usual_mail().content}) ==
          std::nullopt);
}

TEST_CASE("a message that holds what was given as its text is no damage", "[mail]") {
    CHECK(what("Subject: y\r\n\r\nSubject: x\r\n\r\none\r\n.\r\n\r\nfour\r\n\r\n--part--\r\n")
              .empty());
}

TEST_CASE("a body that is another is damage, and the line is named", "[mail]") {
    const auto line = [](int number) {
        return "line " + std::to_string(number) + " of its body is not there as it was given";
    };
    CHECK(what("Subject: x\r\n\r\none\r\n.\r\n") == line(3));
    CHECK(what("Subject: x\r\n\r\n") == line(1));
    CHECK(what("") == line(1));
    CHECK(what("\r\none\r\n..\r\n\r\nfour\r\n") == line(2));
    CHECK(what("\r\none\r\n.\r\n\r\nfou") == line(4));
    CHECK(what("\r\none\r\n.\r\n\r\n\r\nfour\r\n") == line(4));
}

TEST_CASE("an envelope that is another is damage", "[mail]") {
    CHECK(what(given.content, {"mallory@evil.test"}) == "it was kept for mallory@evil.test");
    CHECK(what(given.content, {given.recipient, "too@b.test"}) == "it was kept for too@b.test");
    CHECK(what(given.content, {"Janed@b.test"}) == "it was kept for Janed@b.test");
    CHECK(what(given.content, {given.recipient}, "") == "it was kept as from ");
}
