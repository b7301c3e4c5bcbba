#include "sim/journal/message_text.hpp"

#include "tests/catch.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <array>

using namespace smtpsim;
using namespace smtpsim::journal;

TEST_CASE("a message's JSON has one key a line and ends with a line end", "[message_text]") {
    const std::array<std::string, 2> recipients{"c@d", "e@f"};
    const Message message{"4F5002F2A1", "a@b", recipients, "host", "127.0.0.1:40112", 1204, "body"};
    CHECK(message_json(message, 12, log_start) == R"({
  "id": "4F5002F2A1",
  "session": 12,
  "at": "1996-08-01T22:22:27.000000Z",
  "client": "127.0.0.1:40112",
  "helo": "host",
  "sender": "a@b",
  "recipients": ["c@d", "e@f"],
  "size": 1204
}
)");
}

TEST_CASE("a message's JSON holds whatever octets the envelope had", "[message_text]") {
    const std::array<std::string, 1> recipients{"\"a\\\"b\"@\xE9"};
    const Message message{"1", "\xC3\xA9@b", recipients, "a\x1b[0m\n", "memory", 0, ""};
    const std::string json = message_json(message, 1, log_start);
    CHECK(json.find(R"("sender": "\u00c3\u00a9@b")") != std::string::npos);
    CHECK(json.find(R"("recipients": ["\"a\\\"b\"@\u00e9"])") != std::string::npos);
    CHECK(json.find(R"("helo": "a\u001b[0m\n")") != std::string::npos);
}

TEST_CASE("a bounce has an empty sender, and a list may be empty", "[message_text]") {
    const std::string json = message_json({"1", "", {}, "", "", 0, ""}, 1, log_start);
    CHECK(json.find("\"sender\": \"\",\n  \"recipients\": [],\n") != std::string::npos);
}
